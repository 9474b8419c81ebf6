"""The machines that run the site on one database: each says so, and one that would share too little does not start.

A cache in files is one machine's own: sent forms, limits and the worker's heartbeat would each count by machine.
"""

import hashlib
import secrets
import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from newsroom.conditions.conditions import Condition

from . import identity
from .models import Machine

EVERY = 20  # seconds
GONE_AFTER = timedelta(seconds=90)  # without a word
CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
FILES_ADVICE = "Set FILES_URL to the same shared folder or bucket on every machine."
ADVICE = "Set CACHE_URL=redis://… to the same Redis on every machine, and start them one after the other."


def name() -> str:
    """Return the name of this machine: the same as long as it keeps its DATA_DIR, and another one for a clone of it.

    A clone is told by its host name; a container gets another one of those with each update.
    """
    token = _token()
    if any(Path(mark).exists() for mark in CONTAINER_MARKS):
        return token
    return hashlib.sha256(f"{token} {socket.gethostname()}".encode()).hexdigest()[:32]


def _token() -> str:
    path = Path(settings.DATA_DIR) / "machine"
    if not path.exists():
        new = secrets.token_hex(16)
        unfinished = path.with_name(f"machine.{new}")
        unfinished.write_text(new)
        with suppress(FileExistsError):  # another process was faster
            path.hardlink_to(unfinished)
        unfinished.unlink()
    return path.read_text()


def _can_be_several() -> bool:
    return connection.vendor == "postgresql"


def beat() -> None:
    """Note that this machine runs the site."""
    if _can_be_several():
        values = {"shares_cache": settings.CACHE_IS_SHARED, "seen_at": Now()}
        Machine.objects.update_or_create(name=name(), defaults=values)
        Machine.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()


def _problem() -> str:
    """Return what this machine and another one that runs the site do not share, and what to do; "" where all is well."""
    ours = [name(), _token()]  # the latter is what versions before called this machine
    others = Machine.objects.exclude(name__in=ours).filter(seen_at__gt=Now() - GONE_AFTER)
    shares = set(others.values_list("shares_cache", flat=True))
    if not shares:
        return ""
    if not settings.CACHE_IS_SHARED or False in shares:
        return f"Another machine runs this site, and the two share no cache. {ADVICE}"
    if not settings.FILES_URL:  # in a clone lies the mark of the store as well
        return f"Another machine runs this site, and the two share no pictures and documents. {FILES_ADVICE}"
    return ""


def enter() -> None:
    """Note this machine; raises CommandError, in one line, where it can't run the site beside the others."""
    identity.require_own_store()
    if not _can_be_several():
        return
    if told := _problem():
        raise CommandError(told)
    beat()


def leave() -> None:
    """Note that this machine no longer runs the site."""
    with suppress(DatabaseError):
        if _can_be_several():
            Machine.objects.filter(name=name()).delete()


def condition() -> Condition:
    """Return whether the machines that run the site share what they have to."""
    if not _can_be_several() or not (told := _problem()):
        return Condition("machines")
    return Condition("machines", _("Machines run this site that do not share what they have to."), told)
