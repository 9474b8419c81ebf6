"""Deletes inquiries whose retention period has ended, and overwrites their bytes in the database's files."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from inquiries import mail, unread
from inquiries.models import DeskSettings, Entry, Event, Inquiry, Safe, UnsavedAnswer
from newsroom.backups.parts import Part
from newsroom.outbox import clock
from newsroom.storage import securedeletion

logger = logging.getLogger(__name__)

EVERY = 300  # seconds
WARNED_BEFORE = timedelta(days=7)
NETWORKS_KNOWN = timedelta(days=7)
BATCH = 200  # rows in a transaction


def run() -> int:
    """Close, delete and sweep what is due: the worker's job. Return how many inquiries were deleted.

    After a jump of the clock nothing is closed or deleted by its age, but what people deleted is swept.
    """
    deleted = 0
    if clock.may_purge():
        warn_the_silent()
        close_the_silent()
        deleted = purge()
        forget_networks()
    sweep()
    return deleted


def warn_the_silent() -> None:
    """Mail the senders of silent threads that these close in a week; where a cap forbids the mail, a later run does."""
    silent = _silent_since(WARNED_BEFORE).filter(warned_at=None)
    for inquiry in silent[:BATCH]:
        with transaction.atomic():
            still = Inquiry.objects.select_for_update().filter(pk=inquiry.pk, warned_at=None).first()
            if still and mail.tell_of_closing(still):
                Inquiry.objects.filter(pk=inquiry.pk).update(warned_at=timezone.now())


def close_the_silent() -> None:
    """Close the threads that stayed silent for a week after the warning."""
    now = timezone.now()
    closed = {"state": Inquiry.State.CLOSED, "closed_at": now, "due_on": None}
    number = _silent_since().filter(warned_at__lte=now - WARNED_BEFORE).update(**closed)
    if number:
        logger.warning("Closed, because nobody answered for long: %s inquiries.", number)


def closes_at(inquiry: Inquiry) -> datetime | None:
    """Return when the thread of a warned sender closes automatically; None where no warning was sent."""
    return inquiry.warned_at and inquiry.warned_at + WARNED_BEFORE


def purge() -> int:
    """Delete every inquiry whose retention period has ended, with its thread and its log; return how many."""
    rules, now = DeskSettings.load(), timezone.now()
    oldest = now - timedelta(days=rules.keep_at_most_days)
    closed = Q(state=Inquiry.State.CLOSED, closed_at__lte=now - timedelta(days=rules.keep_closed_days))
    aside = Q(state__in=Inquiry.SET_ASIDE, received_at__lte=now - timedelta(days=rules.keep_spam_days))
    deleted = _purge(Q(received_at__lte=oldest), "inquiries that were kept as long as the settings say")
    deleted += _purge(closed, "closed inquiries")
    deleted += _purge(aside, "inquiries of the spam")
    events = Event.objects.filter(inquiry=None, at__lte=oldest).delete()[0]
    clock.log_purge("entries of the desk's log", events)
    unsaved = UnsavedAnswer.objects.filter(saved_at__lte=now - timedelta(days=settings.UNSAVED_DAYS))
    clock.log_purge("unsaved answers", unsaved.delete()[0])
    return deleted


def _purge(condition: Q, what: str) -> int:
    """Delete the inquiries that still meet the condition once they are locked; return how many."""
    deleted, number = 0, BATCH
    while number == BATCH:
        with transaction.atomic():
            rows = Inquiry.objects.select_for_update().filter(condition)[:BATCH]
            keys = list(rows.values_list("pk", flat=True))
            number = len(keys)
            if keys:
                deleted += delete(Inquiry.objects.filter(pk__in=keys))
    clock.log_purge(what, deleted)
    return deleted


def forget_networks() -> None:
    """Delete the aliases of networks from spam that is a week old."""
    old = Inquiry.objects.filter(received_at__lte=timezone.now() - NETWORKS_KNOWN)
    old.exclude(network_group="").update(network_group="")


def delete(inquiries: QuerySet[Inquiry]) -> int:
    """Delete these inquiries with all that belongs to them; return how many."""
    with transaction.atomic():
        unread.note_deletion(inquiries)
        Safe.note_leftovers()
        return inquiries.delete()[1].get("inquiries.Inquiry", 0)


def sweep() -> bool:
    """Overwrite what was deleted in the database's files; return whether nothing is left in them."""
    safe = Safe.objects.first()
    if not safe or not safe.has_leftovers:
        return True
    done = securedeletion.rewrite([Inquiry, Entry, Event, UnsavedAnswer])
    if done:
        # The count is that from before the sweep: rows that were deleted during it need another sweep.
        Safe.objects.update(swept=safe.deletions)
    return done


def _silent_since(earlier: timedelta = timedelta(0)) -> QuerySet[Inquiry]:
    """Return the inquiries that have waited for their sender too long by the settings, or will by `earlier` from now."""
    limit = timezone.now() - timedelta(days=DeskSettings.load().silent_days) + earlier
    states = [Inquiry.State.WAITING, Inquiry.State.ANSWERED]
    return Inquiry.objects.filter(state__in=states, last_entry_at__lte=limit)


def backup_part() -> Part:
    """Return what of backups is kept for as many days as the form tells those who write."""
    tables = tuple(model._meta.db_table for model in (Inquiry, Entry, Event, UnsavedAnswer))
    return Part("inquiries", tables, lambda: timedelta(days=DeskSettings.load().backup_days))
