"""When the backups of today will be gone."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from . import naming
from .keeping import own
from .pruning import kept

LONGEST = 20 * 366  # days to look ahead


def last_day() -> date | None:
    """Return the day on which the last of today's backups is deleted, with one backup a night from now on.

    None where there is no backup of ours. Raises OSError or Refused where they can't be listed.
    """
    if not settings.BACKUP_TO:
        return None
    return gone_by(naming.backups_in(list(own.store().sizes())), settings.BACKUP_KEEP)


def gone_by(names: list[str], keep: tuple[int, int, int]) -> date | None:
    """Return the day on which none of these backups is kept any more; None for none, or not within LONGEST."""
    there, day = list(names), timezone.now()
    if not names:
        return None
    for _night in range(LONGEST):
        day += timedelta(days=1)
        there = sorted(kept([*there, naming.name_of(day)], keep))
        if not set(names) & set(there):
            return timezone.localtime(day).date()
    return None
