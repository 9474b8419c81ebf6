"""Watches the server's clock: after a jump ahead nothing is deleted by age until staff confirm the time.

A clock that is set wrong makes everything old at once. So the worker stores every few minutes the time and the uptime
of the machine, and compares: if the clock has moved more than a day further than the uptime, it has jumped. After a
reboot nobody knows how long the machine was off, so a difference of a day needs a confirmation, too.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from newsroom.faults.outages import TOLD_BY_WATCH

from .models import Clock

logger = logging.getLogger(__name__)

EVERY = 300  # seconds
JUMP = timedelta(days=1)
SETTLED = 3600  # seconds of uptime in which a clock that is behind may still be set by NTP
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Running:
    """The uptime of the machine, by a clock that nobody can set, and the id of its boot ("" if unknown)."""

    boot: str
    seconds: float

    def since(self, boot: str, seconds: float) -> timedelta:
        """Return how long the machine has run since an earlier uptime; 0 after a reboot."""
        return timedelta(seconds=self.seconds - seconds if self.boot and self.boot == boot else 0)


def running() -> Running:
    """Return the uptime of the machine, suspended time included."""
    kind = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    try:
        boot = BOOT_ID.read_text().strip()
    except OSError:
        boot = ""
    return Running(boot, time.clock_gettime(kind))


def may_purge() -> bool:
    """Check the clock, and return whether rows may be deleted by age."""
    now, machine = timezone.now(), running()
    with transaction.atomic():
        begun = _as_of(now, machine)
        Clock.objects.bulk_create([Clock(pk=1, **begun)], ignore_conflicts=True)
        clock = Clock.objects.select_for_update().get(pk=1)
        since_seen = now - clock.seen_at - machine.since(clock.boot, clock.running)
        if clock.seen_at - now > JUMP and machine.seconds < SETTLED:
            return True  # behind, as machines without a battery boot: it will be set, and makes nothing old
        # Many steps of less than a day make a jump too, measured from the start of this boot.
        since_base = now - clock.base_at - machine.since(clock.boot, clock.base_running)
        jump = max(since_seen, since_base if machine.boot and machine.boot == clock.boot else since_seen)
        if jump > JUMP:
            _stop(clock, now, jump)
            return False
        if machine.boot and machine.boot == clock.boot and now >= clock.base_at:
            begun = {name: begun[name] for name in ("seen_at", "boot", "running")}
        Clock.objects.filter(pk=1).update(**begun, stopped_at=None)
    return True


def stopped() -> Clock | None:
    """Return the row of the clock if it has jumped and nobody has confirmed it yet."""
    return Clock.objects.filter(pk=1).exclude(stopped_at=None).first()


def confirm() -> None:
    """Accept the time as it is now."""
    now = timezone.now()
    values = _as_of(now, running()) | {"stopped_at": None}
    Clock.objects.update_or_create(pk=1, defaults=values)
    logger.warning("The clock was confirmed: what is old by it is deleted again.")


def log_purge(what: str, number: int) -> None:
    """Log how many objects were deleted because their retention was over."""
    if number:
        logger.warning("Deleted, because their time was over: %s %s.", number, what)


def _as_of(now: datetime, machine: Running) -> dict[str, object]:
    seen = {"seen_at": now, "boot": machine.boot, "running": machine.seconds}
    return seen | {"base_at": now, "base_running": machine.seconds}


def _stop(clock: Clock, now: datetime, jump: timedelta) -> None:
    if clock.stopped_at is None:
        logger.error(
            "The clock has jumped ahead by %s days since %s. Nothing is deleted by age until somebody confirms it.",
            jump.days,
            clock.seen_at.isoformat(timespec="minutes"),
            extra=TOLD_BY_WATCH,
        )
    Clock.objects.filter(pk=1).update(stopped_at=now)
