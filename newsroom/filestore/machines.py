"""The machines that run the site on one database: each says so, and one that would share too little does not start.

A cache in files is one machine's own: sent forms, limits and the worker's heartbeat would each count by machine.
"""

import secrets
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
ADVICE = "Set CACHE_URL=redis://… to the same Redis on every machine, and start them one after the other."


def name() -> str:
    """Return the name of this machine: random, and the same as long as it keeps its DATA_DIR."""
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


def _without_a_common_cache() -> bool:
    """Return whether another machine runs the site, and the two do not share their cache."""
    others = Machine.objects.exclude(name=name()).filter(seen_at__gt=Now() - GONE_AFTER)
    alone = set(others.values_list("shares_cache", flat=True))
    return bool(alone) and (not settings.CACHE_IS_SHARED or False in alone)


def enter() -> None:
    """Note this machine; raises CommandError, in one line, where it can't run the site beside the others."""
    identity.require_own_store()
    if not _can_be_several():
        return
    if _without_a_common_cache():
        raise CommandError(f"Another machine runs this site, and the two share no cache. {ADVICE}")
    beat()


def leave() -> None:
    """Note that this machine no longer runs the site."""
    with suppress(DatabaseError):
        if _can_be_several():
            Machine.objects.filter(name=name()).delete()


def condition() -> Condition:
    """Return whether the machines that run the site share what they have to."""
    if not _can_be_several() or not _without_a_common_cache():
        return Condition("machines")
    return Condition("machines", _("Machines run this site that share no cache."), ADVICE)
