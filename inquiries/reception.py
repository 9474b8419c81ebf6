"""Stores an inquiry, once however often its form is sent."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from inquiries import mail
from inquiries.floods import abuse, flood
from inquiries.mailbox import receipts
from inquiries.models import DeskSettings, Entry, Inquiry, MonthlyFigures

MOST_ENTRIES = 100  # of a thread: writing into one must not get around the limits on new inquiries
SHOWN_FOR = timedelta(hours=1)  # for so long sending the same form again shows the receipt again
CHOSEN = ["kind", "country", "language", "reply_by", "address", "name", "organisation", "about"]


class ThreadIsFull(Exception):
    """A thread holds MOST_ENTRIES: what follows needs a new inquiry."""


def find(nonce: str) -> Inquiry | None:
    """Return the inquiry that was made from this form, or None."""
    return Inquiry.objects.filter(lookup=receipts.lookup_of(receipts.number_for(nonce))).first()


def receive(
    data: dict[str, Any], nonce: str, suspicions: list[str], sender: flood.Sender, group: str = ""
) -> Inquiry:
    """Store the inquiry of a form, and return it.

    Raises django.db.Error where it can't be stored, and Flooded where it has to wait.
    """
    try:
        with transaction.atomic():
            return _store(data, nonce, suspicions, group)
    except IntegrityError:  # a double click: the other one was first
        first = find(nonce)
        if first is None:
            raise
        return receive_again(first, data, nonce, sender)


def receive_again(inquiry: Inquiry, data: dict[str, Any], nonce: str, sender: flood.Sender) -> Inquiry:
    """Add the message of a form that is sent again, where it is another one than before.

    Raises ThreadIsFull and Flooded.
    """
    text = data["message"]
    known = [entry.words["text"] for entry in inquiry.entries.all()]
    with transaction.atomic():
        inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        if is_recent(inquiry):
            inquiry.seal(**{name: data[name] for name in CHOSEN})
            inquiry.save(update_fields=["sealed"])
    if text not in known:
        hear_once(inquiry, text, f"{nonce} {text}", sender)
    return inquiry


def hear_once(inquiry: Inquiry, text: str, nonce: str, sender: flood.Sender) -> None:
    """Add what a sender writes again, once however often its form is sent; raises ThreadIsFull and Flooded."""
    once = receipts.once("again", nonce)
    if Entry.objects.filter(once=once).exists():
        return
    flood.admit_reply(inquiry, sender)
    with transaction.atomic():
        # The caller's own row: the page that follows shows how things stand now.
        inquiry.refresh_from_db(from_queryset=Inquiry.objects.select_for_update())
        if Entry.objects.filter(once=once).exists():
            return
        if inquiry.entries.count() >= MOST_ENTRIES:
            raise ThreadIsFull
        inquiry.hear(text, once=once)
        # A person who has lost the receipt sends the same text again, which is set aside as "repeated". Writing in
        # the mailbox of that new inquiry takes a receipt, so a person reads it: it is no copy by a machine.
        if inquiry.state == Inquiry.State.SPAM and inquiry.words["suspicions"] == ["repeated"]:
            take_out(inquiry)
        if not inquiry.is_set_aside:
            mail.tell_officers()


def is_recent(inquiry: Inquiry) -> bool:
    """Return whether the receipt may be shown once more to whoever sends the same form again."""
    return timezone.now() - inquiry.received_at < SHOWN_FOR


def may_show_receipt(inquiry: Inquiry) -> bool:
    """Return whether the receipt may be shown once more: not for long, and not once it is written down."""
    return is_recent(inquiry) and not inquiry.words["receipt_is_kept"]


def note_receipt_is_kept(inquiry: Inquiry) -> None:
    """Note that the sender has written the receipt down: nobody is shown it again."""
    with inquiry.changing("sealed"):
        inquiry.seal(receipt_is_kept=True)


def take_out(inquiry: Inquiry) -> None:
    """Open an inquiry that was set aside, and count it in the figures, which was not done on receipt."""
    with inquiry.changing("sealed"):
        count_in_figures(inquiry)
    inquiry.reopen()


def count_in_figures(inquiry: Inquiry) -> None:
    """Count an inquiry in the figures of its month, once; the caller saves it."""
    if not inquiry.words["counted"]:
        day = timezone.localdate(inquiry.received_at)
        MonthlyFigures.count(day, inquiry.words["kind"], inquiry.words["country"])
        inquiry.seal(counted=True)


def _store(data: dict[str, Any], nonce: str, suspicions: list[str], group: str) -> Inquiry:
    number = receipts.number_for(nonce)
    inquiry = Inquiry(lookup=receipts.lookup_of(number))
    inquiry.seal(
        reference=receipts.reference_for(nonce),
        suspicions=suspicions,
        **{name: data[name] for name in CHOSEN},
    )
    if suspicions == abuse.HELD_BACK:
        inquiry.state = Inquiry.State.HELD
        inquiry.due_on = DeskSettings.load().due_day()
    elif suspicions:
        inquiry.state = Inquiry.State.SPAM
        inquiry.network_group = group
    else:
        inquiry.due_on = DeskSettings.load().due_day()
        count_in_figures(inquiry)
    inquiry.save(force_insert=True)
    inquiry.enter(Entry.Voice.VISITOR, data["message"], once=receipts.once("first", nonce))
    if suspicions:
        flood.keep_within_quota(inquiry)
        mail.tell_of_flood(suspicions)
    else:
        mail.acknowledge(inquiry)
        mail.tell_officers()
    return inquiry
