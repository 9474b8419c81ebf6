"""What lies on the desk, urgent first, and the search through it; all decrypted in memory, for one page."""

import unicodedata
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from inquiries.models import Inquiry
from newsroom import countries
from newsroom.guard.encryption import Unreadable

PER_PAGE = 50
State = Inquiry.State
TO_DO = "todo"
TABS = {
    TO_DO: (_("To do"), [State.NEW, State.OPEN]),
    **{state.value: (state.label, [state]) for state in State},
}


@dataclass
class Row:
    """What a list shows of an inquiry, and nothing else of it."""

    inquiry: Inquiry
    reference: str = ""
    kind: str = ""
    country: str = ""
    is_urgent: bool = False
    is_readable: bool = True

    @property
    def order(self):
        """Urgent first, then what is due first; what has no due day follows by its age."""
        due = self.inquiry.due_on
        return (not self.is_urgent, due is None, due or localdate(), self.inquiry.received_at)


def row_of(inquiry):
    """Return the row of an inquiry; one under a key that is missing says so."""
    try:
        words = inquiry.words
    except Unreadable:
        return Row(inquiry, is_readable=False)
    return Row(
        inquiry,
        words["reference"],
        inquiry.kind_label,
        countries.name_of(words["country"]),
        inquiry.is_urgent,
    )


def page_of(tab, number: int):
    """Return a page of rows."""
    found = Inquiry.objects.filter(state__in=TABS[tab][1]).select_related("officer")
    if tab in {State.CLOSED, *Inquiry.SET_ASIDE}:  # these can be very many: the database sorts and cuts
        page = Paginator(found.order_by("-received_at", "pk"), PER_PAGE).get_page(number)
        page.object_list = [row_of(inquiry) for inquiry in page.object_list]
        return page
    return Paginator(sorted(map(row_of, found), key=lambda row: row.order), PER_PAGE).get_page(number)


def counts():
    """Return how many inquiries each tab holds."""
    found = dict(Inquiry.objects.values_list("state").annotate(Count("pk")))
    return {tab: sum(found.get(state, 0) for state in states) for tab, (_label, states) in TABS.items()}


def search(text: str):
    """Return the rows of what is at work in which every word of the text stands somewhere."""
    words = _plain(text).split()
    found = Inquiry.objects.at_work().select_related("officer").prefetch_related("entries")
    rows = [
        row_of(inquiry) for inquiry in found if words and all(word in _haystack(inquiry) for word in words)
    ]
    return sorted(rows, key=lambda row: row.order)


def _haystack(inquiry):
    try:
        words = inquiry.words
        parts = [
            words[name] for name in ("reference", "name", "organisation", "address", "about", "referred_to")
        ]
        parts += [inquiry.kind_label, countries.name_of(words["country"])]
        parts += [entry.words["text"] for entry in inquiry.entries.all()]
    except Unreadable:
        return ""
    return _plain("\n".join(map(str, parts)))


def _plain(text: str):
    return unicodedata.normalize("NFKC", text).casefold()
