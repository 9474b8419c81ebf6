"""Inquiries whose officer can’t answer any more: they wait for all, and an Administrator hands them over unread."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from inquiries import mail
from inquiries.models import Entry, Event, Inquiry
from inquiries.officers.membership import all_officers, is_member, members
from newsroom.editing import inhand
from newsroom.guard.encryption import Unreadable


class Inquiries(inhand.InHand):
    """The open inquiries of a person; of what stands in them it tells nobody anything but their number."""

    name = "inquiries"
    title = gettext_lazy("Open inquiries")
    question = gettext_lazy("Who answers from now on")
    told = gettext_lazy(
        "Whoever wrote reads in the mailbox that somebody else answers from now on, if we had answered before; no name, "
        "and no mail says so."
    )
    nobody = gettext_lazy("Nobody yet: they wait for all officers")

    def forsaken(self) -> QuerySet[User]:
        """Return who has open inquiries, and is no active officer any more."""
        held = Inquiry.objects.at_work().exclude(officer=None).order_by().values("officer")
        return User.objects.filter(pk__in=held).exclude(pk__in=members().order_by().values("pk"))

    def held(self, user: User) -> list[str]:
        """Return how many open inquiries a person has."""
        count = Inquiry.objects.at_work().filter(officer=user).count()
        return (
            [ngettext("%(count)s inquiry", "%(count)s inquiries", count) % {"count": count}] if count else []
        )

    def heirs(self, user: User) -> QuerySet[User]:
        """Return the officers, as the desk offers them."""
        return all_officers().exclude(pk=user.pk)

    def hand_over(self, user: User, to: User | None, by: User) -> int:
        """Give the open inquiries of somebody who is no officer any more to one, or to nobody.

        The log of the desk notes it, that of an inquiry does not: whoever stands there has read it.
        """
        with transaction.atomic():
            inhand.hold(user, to)
            if to is not None and not self.heirs(user).filter(pk=to.pk).exists():
                return 0
            if is_member(User.objects.get(pk=user.pk)):
                return 0
            held = Inquiry.objects.at_work().filter(officer=user).order_by("pk")
            found = list(held.select_for_update())
            for inquiry in found:
                give(inquiry, to)
            if found:
                Event.log(Event.Action.HANDED_OVER, by)
            if any(inquiry.state in {Inquiry.State.NEW, Inquiry.State.OPEN} for inquiry in found):
                mail.tell_officers(to)
        return len(found)


def give(inquiry: Inquiry, officer: User | None) -> None:
    """Assign an inquiry; where its officer can't answer any more, the mailbox says that somebody else does.

    Call it in a transaction that holds the inquiry.
    """
    former = inquiry.officer
    inquiry.assign(officer)
    if former is not None and former != officer and not is_member(former):
        _tell_sender(inquiry)


def take_over(inquiry: Inquiry, officer: User) -> None:
    """Assign an inquiry to somebody who is about to answer it, where its officer can't any more; call it as give()."""
    if inquiry.officer is not None and not is_member(inquiry.officer):
        give(inquiry, officer)


def _tell_sender(inquiry: Inquiry) -> None:
    """Note for the mailbox that somebody else answers, once after an answer; nothing where nobody has answered yet."""
    try:
        answers = [one for one in inquiry.entries.all() if one.words["voice"] == Entry.Voice.DESK]
        told = told_at(inquiry)
        if not answers or (told is not None and told > answers[-1].written_at):
            return
        with inquiry.changing("sealed"):
            inquiry.seal(handed_over=timezone.now().isoformat())
    except Unreadable:
        return  # its key is missing: nobody reads it, whoever answers


def told_at(inquiry: Inquiry) -> datetime | None:
    """Return from when on somebody else answers; None where that is not so. Raises Unreadable."""
    text = inquiry.words["handed_over"]
    return datetime.fromisoformat(text) if text else None


def entry_before(inquiry: Inquiry, entries: list[Entry]) -> Entry | None:
    """Return the entry of a thread after which the mailbox says that somebody else answers."""
    told = told_at(inquiry)
    return next((one for one in reversed(entries) if told and one.written_at <= told), None)
