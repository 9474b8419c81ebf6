"""Three invented inquiries, so that the demo's desk is not empty."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from inquiries.mailbox import receipts
from inquiries.models import CannedAnswer, DeskSettings, Entry, Inquiry, MonthlyFigures

EXAMPLES = [
    {
        "kind": "help",
        "country": "TH",
        "name": "Example writer",
        "message": (
            "This is an example, nobody is in need.\n\nMy cousin went abroad to work in a restaurant. Now her "
            "papers are kept by the owner and she cannot leave. Whom can she call in the town where she is?"
        ),
    },
    {
        "kind": "research",
        "country": "LA",
        "name": "Example student",
        "organisation": "Example University",
        "message": (
            "This is an example.\n\nI write a thesis on the return of workers across the Mekong. Which reports "
            "of the last ten years hold figures by province? I found https://example.org/reports so far."
        ),
        "answer": (
            "This is an example.\n\nDear student, three of them stand under Resources. For the provinces see the "
            "second one."
        ),
    },
    {
        "kind": "correction",
        "country": "KH",
        "about": "/news/",
        "message": "This is an example.\n\nThe year in the second paragraph should be 2005, I think.",
    },
]
CANNED = {
    "Where to find figures (example)": (
        "Dear [[name]],\n\nthank you for asking. The figures that we trust stand on our page of resources; "
        "for [[country]] see [[source]].\n\n[[officer]]"
    ),
}
LIMITS = (
    "Only our inquiry officers read this (example). We must tell others only if somebody’s life is in danger or a "
    "child is being harmed; when it is safe we tell you first."
)
# How many came in each of the last months, by kind and country.
FIGURES = [
    {"question TH": 6, "research LA": 9, "help TH": 2},
    {"question KH": 7, "research LA": 5, "media ": 1, "offer VN": 3},
    {"question TH": 11, "research KH": 8, "help MM": 4, "correction ": 2},
    {"question LA": 5, "research LA": 12, "offer TH": 6, "media VN": 2},
]


def load() -> None:
    """Put the examples on the desk."""
    if not DeskSettings.load().confidence_limits:
        DeskSettings.objects.update_or_create(pk=1, defaults={"confidence_limits": LIMITS})
    for example in EXAMPLES:
        values = dict(example)
        message, answer = values.pop("message"), values.pop("answer", "")
        nonce = receipts.new_nonce()
        inquiry = Inquiry(
            lookup=receipts.lookup_of(receipts.number_for(nonce)), due_on=DeskSettings.load().due_day()
        )
        inquiry.seal(
            reference=receipts.reference_for(nonce), language="en", is_example=True, counted=True, **values
        )
        inquiry.save(force_insert=True)
        inquiry.enter(Entry.Voice.VISITOR, message)
        if answer:
            inquiry.answer(answer, User.objects.filter(username="inquiries").first())
    for title, text in CANNED.items():
        CannedAnswer.objects.get_or_create(title=title, defaults={"text": text})
    month = timezone.localdate().replace(day=1)
    for counts in FIGURES:
        month = (month - timedelta(days=1)).replace(day=1)
        row = MonthlyFigures(month=month)
        row.seal(counts=counts)
        row.save(force_insert=True)


def clear() -> dict[str, int]:
    """Delete the examples; return how many rows of each kind are gone."""
    examples = [inquiry.pk for inquiry in Inquiry.objects.all() if inquiry.words["is_example"]]
    Inquiry.objects.filter(pk__in=examples).delete()
    DeskSettings.objects.filter(confidence_limits=LIMITS).update(confidence_limits=DeskSettings.OUTLINE)
    MonthlyFigures.objects.all().delete()  # a site that begins counts from its beginning
    canned = CannedAnswer.objects.filter(title__in=CANNED).delete()[0]
    return {"inquiries": len(examples), "canned answers": canned}
