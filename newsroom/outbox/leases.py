"""Claims under a lease: who works on a row, and how long nobody else does.

A process that claims holds a locked file in DATA_DIR/senders for as long as it lives; the kernel frees
the lock when the process ends, however it ends. So a process on the same machine takes over at once what
a dead one held; on another machine it waits until the lease has run out.
"""

import fcntl
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Leased

_held = {}  # process id to (name, open file): a fork must not speak in its parent's name


def lease():
    """Return how long a claim holds without renewal: longer than the slowest message can take."""
    return timedelta(seconds=settings.OUTBOX_LEASE)


def holder():
    """Return the name of this process, as its claims carry it."""
    if os.getpid() not in _held:
        _held.clear()
        _held[os.getpid()] = _enter()
    return _held[os.getpid()][0]


def _enter():
    name = secrets.token_hex(12)
    folder = Path(settings.DATA_DIR) / "senders"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}"
        file = unfinished.open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        unfinished.rename(folder / name)
    except OSError:  # without the file others wait for the end of the lease
        return name, None
    return name, file


def _dead():
    """Return the names of processes of this machine that have ended without a goodbye, and their files."""
    found = {}
    for path in (Path(settings.DATA_DIR) / "senders").glob("[!.]*"):
        if path.name in (name for name, _file in _held.values()):
            continue
        try:
            with path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found[path.name] = path
        except OSError:  # it lives, or another sweep has just removed it
            continue
    return found


def sweep() -> None:
    """End the leases that dead processes of this machine hold."""
    dead = _dead()
    if not dead:
        return
    for model in Leased.__subclasses__():
        model.objects.filter(leased_by__in=dead).update(lease_until=None)
    for path in dead.values():
        path.unlink(missing_ok=True)


def claim(queryset: QuerySet[Any], limit):
    """Return up to that many of these rows that are due and free, leased to this process."""
    now = timezone.now()
    free = queryset.filter(Q(lease_until=None) | Q(lease_until__lte=now), due_at__lte=now)
    with transaction.atomic():
        rows = list(free.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")[:limit])
        for row in rows:
            row.lease_until, row.leased_by = now + lease(), holder()
        if rows:
            queryset.model.objects.filter(pk__in=[row.pk for row in rows]).update(
                lease_until=now + lease(), leased_by=holder()
            )
    return rows


def held(row):
    """Return the queryset of this row while our lease on it is ours: update and delete through it only."""
    return type(row).objects.filter(pk=row.pk, leased_by=row.leased_by)


def renew(row):
    """Start the lease anew; return whether the row was still ours."""
    return bool(held(row).update(lease_until=timezone.now() + lease()))


def release(row, due_at) -> None:
    """Give the row back, due then (None: never again)."""
    held(row).update(due_at=due_at, lease_until=None, leased_by="")
