"""What is wrong with the backups, for doctor, monitoring and the first page."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.conditions.conditions import Condition, Weight

from .keeping import own
from .models import BackupRun
from .refused import Refused
from .running import size_in_words

BACKUP_LATE = timedelta(hours=36)
VERIFY_LATE = timedelta(days=9)
LEAST_FREE = 256 * 1024 * 1024  # bytes beyond one more backup


def _runs(kind: str) -> tuple[BackupRun | None, BackupRun | None]:
    """Return the last run of a kind to BACKUP_TO, and the last that went well."""
    runs = BackupRun.objects.filter(kind=kind, elsewhere=False)
    return runs.first(), runs.filter(ok=True).first()


def backup() -> Condition:
    """Return whether there is a backup of this day or the day before."""
    if not settings.BACKUP_TO:
        return Condition(
            "backup",
            _("No backups are made: a broken disk would take everything with it."),
            _("Set BACKUP_TO and a key: docs/operators.md says how, under Backups."),
            Weight.UNREADY,
        )
    last, good = _runs(BackupRun.Kind.BACKUP)
    if last and not last.ok:
        return Condition(
            "backup",
            _("The last backup failed: %(words)s") % {"words": last.words},
            _("Mend that; the worker tries again each hour."),
        )
    if good is None:
        return Condition(
            "backup",
            _("No backup was made yet."),
            _("The worker makes the first one soon; `manage.py backup` makes one now."),
            Weight.UNREADY,
        )
    if timezone.now() - good.at > BACKUP_LATE:
        return Condition(
            "backup",
            _("The last backup is of %(day)s.") % {"day": _day(good.at)},
            _("Look whether the worker runs; `manage.py backup` makes one now."),
        )
    return Condition("backup")


def verified() -> Condition:
    """Return whether a backup was restored into scratch of late, and was whole."""
    last, good = _runs(BackupRun.Kind.VERIFY)
    if not settings.BACKUP_TO:
        return Condition("backup restores")
    if last and not last.ok:
        return Condition(
            "backup restores",
            _("A backup could not be restored into scratch: %(words)s") % {"words": last.words},
            _("Make a new one by `manage.py backup`, and look at it by `manage.py backup --verify`."),
        )
    first = BackupRun.objects.filter(kind=BackupRun.Kind.BACKUP, elsewhere=False, ok=True).last()
    since = good.at if good else first and first.at
    if since and timezone.now() - since > VERIFY_LATE:
        return Condition(
            "backup restores",
            _("No backup was restored into scratch since %(day)s: nobody knows whether they can be put back.")
            % {"day": _day(since)},
            _("`manage.py backup --verify` does it now."),
        )
    return Condition("backup restores")


def room() -> Condition:
    """Return whether the next backup fits where they go."""
    _last, good = _runs(BackupRun.Kind.BACKUP)
    try:
        free = own.store().free() if settings.BACKUP_TO else None
    except Refused as error:  # as settings that were changed
        return Condition("backup disk", str(error), _("Set BACKUP_TO to another folder."))
    needed = (good.size if good else 0) + LEAST_FREE
    if free is None or free >= needed:
        return Condition("backup disk")
    return Condition(
        "backup disk",
        _("Where backups go %(free)s are free; the next one needs about %(needed)s.")
        % {"free": size_in_words(free), "needed": size_in_words(needed)},
        _("Make room there, or keep fewer (BACKUP_KEEP)."),
    )


def place() -> Condition:
    """Return whether every backup that lies in BACKUP_TO is deleted when its time is over."""
    name = "backup place"
    if not settings.BACKUP_TO:
        return Condition(name)
    try:
        kept = own.Own(own.root())
        told, unknown = own.beside(kept), kept.unknown()
    except (Refused, OSError):  # the other conditions say so
        return Condition(name)
    if not unknown:
        return Condition(name, note=" ".join(told))
    return Condition(
        name,
        " ".join(told),
        _("Move what is this site’s into its folder %(folder)s, and delete what is nobody’s.")
        % {"folder": kept.where},
        Weight.UNREADY,
    )


def _day(time: datetime) -> str:
    return f"{timezone.localtime(time):%Y-%m-%d %H:%M}"
