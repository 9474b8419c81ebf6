"""Messages that no officer has read yet, and how officers learn that one of them was deleted."""

from datetime import timedelta

from django.db.models import F, Max, Q
from django.db.models.query import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from inquiries import mail
from inquiries.desk.access import is_officer_here
from inquiries.floods import abuse
from inquiries.models import Event, Inquiry
from newsroom.editing.notices import Notice

SHOWN_FOR = timedelta(days=14)


def among(inquiries: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """Return the inquiries whose newest text is later than the last entry of the log, which notes every reading.

    What somebody did who saw no word of it, such as an Administrator who hands it over, is no reading.
    """
    looked_at = inquiries.annotate(looked_at=Max("events__at"))
    return looked_at.filter(Q(looked_at=None) | Q(looked_at__lt=F("last_entry_at")))


def is_unread(inquiry: Inquiry) -> bool:
    """Return whether no officer has read the newest text of an inquiry."""
    return among(Inquiry.objects.filter(pk=inquiry.pk)).exists()


def note_deletion(inquiries: QuerySet[Inquiry]) -> None:
    """Log each unread inquiry that is being deleted, spam excepted, and mail the officers once a day.

    Call it in the transaction of the deletion.
    """
    count = among(inquiries.exclude(state=Inquiry.State.SPAM)).count()
    for _one in range(count):
        Event.log(Event.Action.DELETED_UNREAD, None)
    if count and abuse.within(abuse.MAILS_ABOUT_DELETIONS, "all"):
        mail.tell_of_unread_deletions()


def deletion_notice(request: HttpRequest) -> Notice | None:
    """Tell officers on the admin's first page how many inquiries were deleted unread within SHOWN_FOR."""
    if not is_officer_here(request):
        return None
    lately = Event.objects.filter(inquiry=None, officer=None, at__gte=timezone.now() - SHOWN_FOR)
    count = sum(event.words["deed"] == Event.Action.DELETED_UNREAD for event in lately)
    text = ngettext(
        "%(count)s inquiry was deleted in the last two weeks before anybody had read it.",
        "%(count)s inquiries were deleted in the last two weeks before anybody had read them.",
        count,
    )
    return Notice(text % {"count": count}, reverse("admin:inquiries_inquiry_log")) if count else None
