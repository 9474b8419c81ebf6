"""The sign of life of the worker, in the cache that all processes share."""

import time
from contextlib import suppress

from django.core.cache import cache

EVERY = 5  # seconds
LATE = 60  # seconds after which the worker counts as gone
KEY = "worker:heartbeat"

_last_beat = 0.0


def beat() -> None:
    """Say that the worker is alive now."""
    global _last_beat
    _last_beat = time.monotonic()
    cache.set(KEY, time.time(), 24 * 3600)


def keep_beating() -> None:
    """Beat where a beat is due: a long job calls it between two of its steps, and must not fail of it."""
    if time.monotonic() - _last_beat >= EVERY:
        with suppress(Exception):  # whatever the cache raises, the work goes on
            beat()


def age():
    """Return the seconds since the worker was last alive, or None where it never was."""
    last = cache.get(KEY)
    return None if last is None else round(max(time.time() - last, 0), 1)
