"""The sign of life of the worker, in the cache that all processes share."""

import time

from django.core.cache import cache

EVERY = 5  # seconds
LATE = 60  # seconds after which the worker counts as gone
KEY = "worker:heartbeat"


def beat():
    """Say that the worker is alive now; a long job calls it too."""
    cache.set(KEY, time.time(), 24 * 3600)


def age():
    """Return the seconds since the worker was last alive, or None where it never was."""
    last = cache.get(KEY)
    return None if last is None else round(max(time.time() - last, 0), 1)
