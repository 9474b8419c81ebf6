"""The worker's part: a backup each night and a restore into scratch each week, in a process of its own."""

import logging
import os
import subprocess
import sys
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from . import scratch
from .models import BackupRun
from .restoring import workplace

logger = logging.getLogger(__name__)

EVERY = 60  # seconds
HOUR, MINUTE = 2, 30  # in the time zone of the site
VERIFIED_EVERY = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)  # when it has failed
_running: list[subprocess.Popen[bytes]] = []


def run() -> None:
    """Start what is due in a process of its own, so that mail does not wait for it."""
    if _running and _running[0].poll() is None:
        return
    _running.clear()
    scratch.sweep()
    workplace.clear()  # while the site serves, no backup is put back on this machine
    if settings.BACKUP_TO and (backup_is_due(timezone.now()) or verifying_is_due(timezone.now())):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", "--nightly"]
        environment = os.environ | {"DATA_DIR": str(settings.DATA_DIR)}
        _running.append(
            subprocess.Popen(  # noqa: S603 - our own command
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        )


def backup_is_due(now: datetime) -> bool:
    """Return whether no backup was made since the last night's time for it, and none failed just now."""
    local = timezone.localtime(now)
    night = local.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    if night > local:
        night -= timedelta(days=1)
    return _is_due(BackupRun.Kind.BACKUP, night, now)


def verifying_is_due(now: datetime) -> bool:
    """Return whether no backup was restored into scratch for a week, though there is one."""
    there = BackupRun.objects.filter(kind=BackupRun.Kind.BACKUP, ok=True, elsewhere=False).exists()
    return there and _is_due(BackupRun.Kind.VERIFY, now - VERIFIED_EVERY, now)


def _is_due(kind: str, since: datetime, now: datetime) -> bool:
    runs = BackupRun.objects.filter(kind=kind, elsewhere=False, at__lte=now + AGAIN_AFTER)
    return not (
        runs.filter(ok=True, at__gte=since).exists()
        or runs.filter(ok=False, at__gt=now - AGAIN_AFTER).exists()
    )
