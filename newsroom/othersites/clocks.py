"""The time by other sites: each answer of theirs has a Date, and ours is compared with the median of some.

So a clock that is a little wrong is found where nobody keeps it by NTP and no database server has one of its own.
"""

import socket
import statistics
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.core.cache import cache

KEPT = 9  # sites, those that answered last
LEAST = 3  # sites that have to agree: one alone may be wrong itself
KEPT_FOR = 7 * 24 * 3600  # seconds: links are checked again within a week
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

type Seen = dict[
    str, tuple[float, float, str]
]  # by site: seconds by which we were ahead, _started() then, boot


def _key() -> str:
    return f"othersites.clocks.{socket.gethostname()}"  # machines may share a cache, and have a clock each


def note(host: str, headers: Mapping[str, str]) -> None:
    """Note what the Date of an answer says about our clock; one that a cache kept says how old it is."""
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
        age = int(headers.get("age", "0"))
    except ValueError:
        return
    ahead = time.time() - told.replace(tzinfo=told.tzinfo or UTC).timestamp() - age
    seen: Seen = cache.get(_key()) or {}
    seen.pop(host, None)
    seen[host] = ahead, _started(), _boot()
    cache.set(_key(), dict(list(seen.items())[-KEPT:]), KEPT_FOR)


def ahead() -> float | None:
    """Return by how many seconds our clock is ahead now (behind: below 0), or None where too few sites told."""
    started, boot = _started(), _boot()
    seen: Seen = cache.get(_key()) or {}
    # A clock that was set since has moved against the time that the machine has run.
    told = [by + started - then for by, then, of_boot in seen.values() if of_boot == boot]
    return statistics.median(told) if len(told) >= LEAST else None


def _started() -> float:
    """Return when this machine was started, by the clock as it is set now."""
    return time.time() - time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _boot() -> str:
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""
