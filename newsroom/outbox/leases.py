"""Leases on rows: which process works on a row, and until when no other may.

A process that claims rows holds a locked file in DATA_DIR/senders as long as it lives; the kernel releases the lock
when the process ends, however it ends. So a process on the same machine takes over the rows of a dead one at once; on
another machine it waits until the lease expires, by the clock of the database: those of machines may differ.
"""

import fcntl
import os
import secrets
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Leased

COMPARE_EVERY = 60  # seconds between two looks at the database's clock

# By process id, name and open file: a forked process needs a name of its own.
_held: dict[int, tuple[str, TextIO | None]] = {}
# time.monotonic() and the database's time, at the same moment
_compared: tuple[float, datetime] | None = None


def lease() -> timedelta:
    """Return how long a claim holds without renewal: longer than the slowest message takes."""
    return timedelta(seconds=settings.OUTBOX_LEASE)


def now() -> datetime:
    """Return the time by the clock of the database, which all machines share; SQLite's is that of its machine.

    A machine whose clock is ahead would take every lease of the others for expired.
    """
    global _compared
    if connection.vendor != "postgresql":
        return timezone.now()
    if _compared is None or time.monotonic() - _compared[0] > COMPARE_EVERY:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            _compared = time.monotonic(), cursor.fetchone()[0]
    return _compared[1] + timedelta(seconds=time.monotonic() - _compared[0])


def end() -> datetime:
    """Return when a lease ends that is taken or extended now."""
    return now() + lease()


def holder() -> str:
    """Return the name of this process in its claims."""
    if os.getpid() not in _held:
        _held.clear()
        _held[os.getpid()] = _enter()
    return _held[os.getpid()][0]


def _enter() -> tuple[str, TextIO | None]:
    """Return a new name and its locked file; None instead of the file where it can't be written."""
    name = secrets.token_hex(12)
    folder = Path(settings.DATA_DIR) / "senders"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}"
        file = unfinished.open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        unfinished.rename(folder / name)
    except OSError:  # without the file, others wait until the lease expires
        return name, None
    return name, file


def _dead() -> dict[str, Path]:
    """Return the files of processes of this machine that have ended, by name."""
    found: dict[str, Path] = {}
    for path in (Path(settings.DATA_DIR) / "senders").glob("[!.]*"):
        if path.name in (name for name, _file in _held.values()):
            continue
        try:
            with path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found[path.name] = path
        except OSError:  # it is alive, or another sweep has just removed it
            continue
    return found


def sweep() -> None:
    """End the leases of dead processes of this machine."""
    dead = _dead()
    if not dead:
        return
    for model in Leased.__subclasses__():
        model._default_manager.filter(leased_by__in=dead).update(lease_until=None)
    for path in dead.values():
        path.unlink(missing_ok=True)


def claim[Row: Leased](queryset: QuerySet[Row], limit: int) -> list[Row]:
    """Lease up to `limit` of these rows that are due and free to this process; return them, the earliest first."""
    free = queryset.filter(Q(lease_until=None) | Q(lease_until__lte=now()), due_at__lte=timezone.now())
    until = end()
    with transaction.atomic():
        rows = list(free.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")[:limit])
        for row in rows:
            row.lease_until, row.leased_by = until, holder()
        if rows:
            queryset.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(
                lease_until=until, leased_by=holder()
            )
    return rows


def held[Row: Leased](row: Row) -> QuerySet[Row]:
    """Return the queryset of this row while the lease is ours: update and delete through it only."""
    return type(row)._default_manager.filter(pk=row.pk, leased_by=row.leased_by)


def renew(row: Leased) -> bool:
    """Extend the lease; return whether it was still ours."""
    return bool(held(row).update(lease_until=end()))


def release(row: Leased, due_at: datetime | None) -> None:
    """End the lease; the row is due again at that time (None: never)."""
    held(row).update(due_at=due_at, lease_until=None, leased_by="")
