"""The ledger of erasures: what a backup that is put back must not bring back.

An erasure is noted in a row, in its own transaction, and written beside the backups as soon as that is committed.
What can't be written then is written by the worker.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.conditions.conditions import Condition

from .erasures import key, places
from .erasures.lines import Entry, entry_in, line_of
from .keeping import owner
from .models import Erasure

logger = logging.getLogger(__name__)

EVERY = 60  # seconds
AT_ONCE = 1000  # rows that are written together
ROWS_KEPT = timedelta(days=35)  # after they are in the ledger
COMPLETE = "complete since"  # kind of a mark, which is no erasure
LATE = timedelta(minutes=10)  # after which what is not in the ledger is a problem
CLOCKS_DIFFER = timedelta(hours=1)  # between the machine that made the backup and those that erased


_silent = ContextVar("newsroom.backups.ledger.silent", default=False)


class Missing(Exception):
    """There is no ledger, or it can't be read."""


@contextmanager
def silence() -> Iterator[None]:
    """Note nothing meanwhile: what is done again from the ledger stands in it already."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def note(kind: str, subject: str, **details: object) -> None:
    """Note an erasure in the caller's transaction; its details hold no personal data, and can be written as JSON."""
    _note(kind, [subject], details)


def note_all(kind: str, subjects: Iterable[str], **details: object) -> None:
    """Note erasures of one kind together, with the same details."""
    _note(kind, subjects, details)


def note_always(kind: str, subject: str, **details: object) -> None:
    """Note an erasure also where it is done again after a backup was put back."""
    _note(kind, [subject], details, always=True)


def _note(kind: str, subjects: Iterable[str], details: dict[str, object], *, always: bool = False) -> None:
    if _silent.get() and not always:
        return
    now, hashed = timezone.now(), key.hasher()
    rows = [Erasure(kind=kind, subject=hashed(one), details=details, at=now) for one in subjects]
    if rows:
        Erasure.objects.bulk_create(rows, batch_size=AT_ONCE)
        transaction.on_commit(_write_now)


def _write_now() -> None:
    """Write what is pending; nobody who asked for an erasure sees an error because the ledger is out of reach."""
    try:
        write_pending()
    except DatabaseError as error:
        logger.error("The ledger of erasures has to wait: %s.", type(error).__name__)


def write_pending() -> int:
    """Write the rows that are not in the ledger yet; return how many. Two processes may write the same one."""
    written = 0
    place, hashed = places.place(), key.hasher()
    while rows := list(Erasure.objects.filter(written_at=None).order_by("pk")[:AT_ONCE]):
        try:
            place.append([line_of(row, hashed) for row in rows])
        except OSError as error:
            logger.error("The ledger of erasures can't be written: %s.", type(error).__name__)
            break
        Erasure.objects.filter(pk__in=[row.pk for row in rows]).update(written_at=timezone.now())
        written += len(rows)
    return written


def keep_up() -> None:
    """Begin the ledger where there is none, and write what is pending: a job of the worker, and of each backup."""
    try:
        owner.note()
        key.note()
        place = places.place()
        place.begin()
        if complete_since(place) is None:  # new, or lost: what rows still know is written again
            Erasure.objects.exclude(written_at=None).update(written_at=None)
            mark_complete(place, timezone.now())
    except OSError as error:
        logger.error("The ledger of erasures can't be begun: %s.", type(error).__name__)
    else:
        write_pending()


def mark_complete(place: places.Place, since: datetime) -> None:
    """Note in the ledger that it misses nothing since then; raises OSError."""
    place.mark(line_of(Erasure(kind=COMPLETE, at=since), key.hasher()))


def complete_since(place: places.Place) -> datetime | None:
    """Return since when the ledger misses nothing, or None where nothing says so under our key; raises OSError."""
    hashed = key.hasher()
    marks = [mark for line in place.marks() if (mark := entry_in(line, hashed)) and mark.kind == COMPLETE]
    return max((mark.at for mark in marks), default=None)


def forget_written() -> int:
    """Delete the rows that have been in the ledger for long; return how many."""
    return Erasure.objects.filter(written_at__lt=timezone.now() - ROWS_KEPT).delete()[0]


def condition() -> Condition:
    """Return whether the ledger holds what was erased."""
    late = Erasure.objects.filter(written_at=None, at__lt=timezone.now() - LATE).count()
    if not late:
        return Condition("ledger")
    problem = ngettext(
        "%(count)s erasure is not in the ledger beside the backups: a backup would bring it back.",
        "%(count)s erasures are not in the ledger beside the backups: a backup would bring them back.",
        late,
    )
    advice = _("Look whether BACKUP_TO can be written; the worker tries again every minute.")
    return Condition("ledger", problem % {"count": late}, advice)


def read(since: datetime) -> "Reading":
    """Return what the ledger says since then; raises Missing."""
    return Reading(since)


class Reading:
    """The entries of the ledger since a time, the oldest first, each once."""

    def __init__(self, since: datetime) -> None:
        self.unreadable = 0  # lines that are cut, forged or under another key
        self.complete_since: datetime | None = None
        entries: dict[str, Entry] = {}
        for entry in self._read(since):
            if entry.at >= since:
                entries[entry.uid] = entry
        self.entries = sorted(entries.values(), key=lambda entry: entry.at)

    def reaches_back_to(self, time: datetime) -> bool:
        """Return whether the ledger misses nothing since then."""
        return self.complete_since is not None and self.complete_since <= time + CLOCKS_DIFFER

    def _read(self, since: datetime) -> Iterator[Entry]:
        try:
            place, hashed = places.place(), key.hasher()
            self.complete_since = complete_since(place)
            for line in place.lines(since):
                entry = entry_in(line, hashed)
                if entry is not None:
                    yield entry
                elif line.strip():
                    self.unreadable += 1
        except OSError as error:
            raise Missing(str(error)) from error
