"""Takes an inquiry in: once, however often its form is sent."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from inquiries import abuse, mail, receipts
from inquiries.models import DeskSettings, Entry, Inquiry, MonthlyFigures

MOST_ENTRIES = 100  # in a thread: a form or a receipt must not open a way around what is counted for new ones
SHOWN_FOR = timedelta(hours=1)  # how long sending the same form again shows the receipt again
CHOSEN = ["kind", "country", "language", "reply_by", "address", "name", "organisation", "about"]


class ThreadIsFull(Exception):
    """A thread holds so much that it goes on in a new one."""


def find(nonce):
    """Return the inquiry that this form brought already, or None."""
    return Inquiry.objects.filter(lookup=receipts.lookup_of(receipts.number_for(nonce))).first()


def receive(data, nonce, suspicions):
    """Store what a form says, and return its inquiry; raises django.db.Error where it can't be stored."""
    try:
        with transaction.atomic():
            return _store(data, nonce, suspicions)
    except IntegrityError:  # a double click: the other one was first
        return receive_again(find(nonce), data, nonce)


def receive_again(inquiry, data, nonce):
    """Take in what the same form says when it is sent again: other words are kept, the same ones are not.

    Raises ThreadIsFull.
    """
    text = data["message"]
    known = [entry.words["text"] for entry in inquiry.entries.all()]
    with transaction.atomic():
        inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        if is_recent(inquiry):
            inquiry.seal(**{name: data[name] for name in CHOSEN})
            inquiry.save(update_fields=["sealed"])
    if text not in known:
        hear_once(inquiry, text, f"{nonce} {text}")
    return inquiry


def hear_once(inquiry, text, nonce):
    """Add what its sender writes again, once however often that form is sent; raises ThreadIsFull."""
    once = receipts.once("again", nonce)
    with transaction.atomic():
        inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        if Entry.objects.filter(once=once).exists():
            return
        if inquiry.entries.count() >= MOST_ENTRIES:
            raise ThreadIsFull
        inquiry.hear(text, once=once)
        if inquiry.state != Inquiry.State.SPAM:
            mail.tell_officers()


def is_recent(inquiry):
    """Return whether the receipt may be shown once more to whoever has the form."""
    return timezone.now() - inquiry.received_at < SHOWN_FOR


def count_in_figures(inquiry):
    """Raise the counters for an inquiry, once; the caller saves it."""
    if not inquiry.words["counted"]:
        day = timezone.localdate(inquiry.received_at)
        MonthlyFigures.count(day, inquiry.words["kind"], inquiry.words["country"])
        inquiry.seal(counted=True)


def _store(data, nonce, suspicions):
    number = receipts.number_for(nonce)
    inquiry = Inquiry(lookup=receipts.lookup_of(number))
    inquiry.seal(
        reference=receipts.reference_for(nonce),
        suspicions=suspicions,
        **{name: data[name] for name in CHOSEN},
    )
    if suspicions:
        inquiry.state = Inquiry.State.SPAM
    else:
        inquiry.due_on = DeskSettings.load().due_day()
        count_in_figures(inquiry)
    inquiry.save(force_insert=True)
    inquiry.enter(Entry.Voice.VISITOR, data["message"], once=receipts.once("first", nonce))
    if suspicions:
        abuse.keep_within_quota()
        mail.tell_of_flood(suspicions)
    else:
        mail.acknowledge(inquiry)
        mail.tell_officers()
    return inquiry
