"""Which backups are kept: those of the last day, the newest of so many days, weeks and months, and never none."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from newsroom.outbox import clock

from . import naming
from .keeping import own
from .keeping.stores import Store
from .parts import all_parts
from .refused import Refused

logger = logging.getLogger(__name__)

EVERY = 3600  # seconds
YOUNG = timedelta(days=1)  # one that was made by hand before some work outlives the work


def kept(names: Iterable[str], keep: tuple[int, int, int], bad: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of the backups to keep.

    The newest one of each of the last `keep` days, weeks and months that have one, in the time zone of the site; and
    the newest one that is not known to be bad.
    """
    newest_first = naming.backups_in(list(names))[::-1]
    good = [name for name in newest_first if name not in bad]
    chosen = set(good[:1] or newest_first[:1])
    for number, period in zip(keep, (_day, _week, _month), strict=True):
        firsts: dict[object, str] = {}
        for name in good:
            firsts.setdefault(period(timezone.localtime(naming.time_of(name))), name)
        chosen |= set(list(firsts.values())[:number])
    return chosen


def _day(time: datetime) -> object:
    return time.date()


def _week(time: datetime) -> object:
    return time.isocalendar()[:2]


def _month(time: datetime) -> object:
    return time.year, time.month


def prune(store: Store, bad: frozenset[str] = frozenset()) -> list[str]:
    """Delete what need not be kept, and the parts that have had their time; return the names."""
    names = list(store.sizes())
    now = timezone.now()
    stay = kept(names, settings.BACKUP_KEEP, bad)
    stay |= {name for name in naming.backups_in(names) if now - naming.time_of(name) < YOUNG}
    gone = [name for name in naming.backups_in(names) if name not in stay]
    gone += due_parts(names, stay, now)
    for name in gone:
        store.delete(name)
    return gone


def prune_parts() -> None:
    """Delete the parts that have had their time, whether backups are made meanwhile or fail: a job of the worker."""
    if not settings.BACKUP_TO or not clock.may_purge():
        return
    try:
        store = own.store()
        names = list(store.sizes())
        # Each by its age alone: the file of a backup that is being finished comes after its parts.
        stay = {naming.name_of(naming.time_of(name)) for name in names}
        due = due_parts(names, stay, timezone.now() + timedelta(seconds=EVERY))  # before it is too late
        for name in due:
            store.delete(name)
    except (OSError, Refused) as error:
        logger.error("Parts of backups that have had their time can't be deleted: %s", error)
    else:
        clock.log_purge("parts of backups", len(due))


def due_parts(names: Iterable[str], stay: set[str], now: datetime) -> list[str]:
    """Return the parts whose time is over, or whose backup does not stay."""
    times: dict[str, timedelta] = {part.name: part.kept_for() for part in all_parts()}
    due = []
    for name, part in naming.parts_in(list(names)).items():
        of = naming.name_of(naming.time_of(name))
        if of not in stay or now - naming.time_of(name) >= times.get(part, timedelta(0)):
            due.append(name)
    return due
