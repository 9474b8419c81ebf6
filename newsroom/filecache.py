"""A cache in files that every process on the machine shares, with counters that lose no count."""

import fcntl
from contextlib import contextmanager
from pathlib import Path

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class LockedFileCache(FileBasedCache):
    """Django's file cache whose add() and incr() are atomic across processes, as throttles need."""

    @contextmanager
    def _locked(self):
        self._createdir()
        with (Path(self._dir) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Store the value only where the key is free; return whether it was stored."""
        with self._locked():
            return super().add(key, value, timeout, version)

    def incr(self, key, delta=1, version=None):
        """Raise a counter and return it; raises ValueError where the key is missing."""
        with self._locked():
            return super().incr(key, delta, version)
