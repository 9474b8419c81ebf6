"""Forgets what the ledger holds for no backup any more: a job of the worker."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from newsroom.backups import ledger, naming
from newsroom.backups.keeping import own
from newsroom.backups.refused import Refused
from newsroom.outbox import clock

from . import places

logger = logging.getLogger(__name__)

EVERY = 24 * 3600  # seconds
MARGIN = timedelta(days=31)  # before the oldest backup: one may lie elsewhere for a while
WITHOUT_BACKUPS = timedelta(days=400)  # of ours: somebody may keep copies of another kind


def prune() -> None:
    """Delete the rows that are long in the ledger, and its months that are older than the oldest kept backup."""
    if not clock.may_purge():
        return
    ledger.forget_written()
    try:
        place, before = places.place(), _needed_since()
        if pruned := place.prune(before):
            ledger.mark_complete(place, before.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
        clock.log_purge("files of the ledger of erasures", pruned)
    except (OSError, Refused) as error:
        logger.warning("The ledger of erasures can't be pruned: %s.", type(error).__name__)


def _needed_since() -> datetime:
    """Return since when erasures have to be kept; raises OSError where the backups can't be listed."""
    latest = timezone.now() - WITHOUT_BACKUPS
    if not settings.BACKUP_TO:
        return latest
    names = naming.backups_in(list(own.store().sizes()))
    return min(naming.time_of(name) for name in names) - MARGIN if names else latest
