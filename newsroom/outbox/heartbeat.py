"""The worker's heartbeat, in the cache that all processes share."""

import time
from contextlib import suppress

from django.core.cache import cache

EVERY = 5  # seconds
LATE = 60  # seconds without a beat after which the worker counts as gone
KEY = "worker:heartbeat"

_last_beat = 0.0


def beat() -> None:
    """Store that the worker is alive now."""
    global _last_beat
    _last_beat = time.monotonic()
    cache.set(KEY, time.time(), 24 * 3600)


def keep_beating() -> None:
    """Beat if EVERY seconds have passed; long jobs call it between two steps. Raises nothing."""
    if time.monotonic() - _last_beat >= EVERY:
        with suppress(Exception):  # whatever the cache raises, the job goes on
            beat()


def age() -> float | None:
    """Return the seconds since the last beat, or None without one."""
    last: float | None = cache.get(KEY)
    return None if last is None else round(max(time.time() - last, 0), 1)
