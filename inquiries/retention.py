"""Deletes what has had its time, and makes that real: no freed page and no journal keeps it."""

import logging
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from inquiries import mail
from inquiries.models import DeskSettings, Entry, Event, Inquiry, Safe

logger = logging.getLogger(__name__)

EVERY = 300  # seconds
WARNED_BEFORE = timedelta(days=7)
BATCH = 200  # rows in a transaction
PATIENCE = 2_000  # milliseconds that sweeping waits for others; it comes back later
BRIEFLY = 500  # milliseconds: less than PostgreSQL takes to find a deadlock, which others would pay for


def run():
    """Close, delete and sweep what is due: the worker's job. Return how many inquiries were deleted."""
    warn_the_silent()
    close_the_silent()
    deleted = purge()
    sweep()
    return deleted


def warn_the_silent():
    """Tell those whose thread has been silent that it closes in a week."""
    silent = _silent_since(WARNED_BEFORE).filter(warned_at=None)
    for inquiry in silent[:BATCH]:
        with transaction.atomic():
            if Inquiry.objects.filter(pk=inquiry.pk, warned_at=None).update(warned_at=timezone.now()):
                mail.tell_of_closing(inquiry)


def close_the_silent():
    """Close what stayed silent after we said that we would."""
    now = timezone.now()
    closed = {"state": Inquiry.State.CLOSED, "closed_at": now, "due_on": None}
    _silent_since().filter(warned_at__lte=now - WARNED_BEFORE).update(**closed)


def closes_at(inquiry):
    """Return when a thread closes by itself, once its sender was told; None where it does not."""
    return inquiry.warned_at and inquiry.warned_at + WARNED_BEFORE


def purge():
    """Delete every inquiry whose time is over, its thread and its log with it; return how many."""
    rules, now = DeskSettings.load(), timezone.now()
    oldest = now - timedelta(days=rules.keep_at_most_days)
    over = Q(received_at__lte=oldest)
    over |= Q(state=Inquiry.State.CLOSED, closed_at__lte=now - timedelta(days=rules.keep_closed_days))
    over |= Q(state=Inquiry.State.SPAM, received_at__lte=now - timedelta(days=rules.keep_spam_days))
    deleted = 0
    while keys := list(Inquiry.objects.filter(over).values_list("pk", flat=True)[:BATCH]):
        deleted += delete(Inquiry.objects.filter(pk__in=keys))
    Event.objects.filter(inquiry=None, at__lte=oldest).delete()
    return deleted


def delete(inquiries):
    """Delete these inquiries with all that belongs to them; return how many."""
    with transaction.atomic():
        Safe.note_leftovers()
        return inquiries.delete()[1].get("inquiries.Inquiry", 0)


def sweep():
    """Take what was deleted out of the database's files too; return whether nothing is left in them."""
    safe = Safe.objects.first()
    if not safe or not safe.has_leftovers:
        return True
    try:
        done = _sweep_sqlite() if connection.vendor == "sqlite" else _sweep_postgresql()
    except OperationalError as error:
        logger.warning("Sweeping after inquiries has to wait: %s", type(error).__name__)
        done = False
    if done:
        # As many as there were when it began: what was deleted meanwhile asks for the next sweep.
        Safe.objects.update(swept=safe.deletions)
    return done


def _silent_since(earlier=timedelta(0)):
    """Return what has waited for its sender since the time that the settings allow, or will have soon."""
    limit = timezone.now() - timedelta(days=DeskSettings.load().silent_days) + earlier
    states = [Inquiry.State.WAITING, Inquiry.State.ANSWERED]
    return Inquiry.objects.filter(state__in=states, last_entry_at__lte=limit)


def _sweep_sqlite():
    """Write the journal into the file, whose deleted rows secure_delete overwrites, and empty the journal."""
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
        try:
            busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={before}")
    return not busy


def _sweep_postgresql():
    """Write the rows into new files: VACUUM leaves bytes in the pages, VACUUM FULL what a backup could still see."""
    tables = [connection.ops.quote_name(model._meta.db_table) for model in (Inquiry, Entry, Event)]
    names = ", ".join(tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {BRIEFLY}")
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        for number, table in enumerate(tables):
            cursor.execute(f"CREATE TEMPORARY TABLE kept_{number} ON COMMIT DROP AS SELECT * FROM {table}")  # noqa: S608
        cursor.execute(f"TRUNCATE {names}")  # which begins new files and drops the old ones
        for number, table in enumerate(tables):
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{number}")  # noqa: S608
    return True
