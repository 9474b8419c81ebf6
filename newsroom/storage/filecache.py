"""A cache in files that every process on the machine shares, with counters that lose no count."""

import fcntl
import pickle
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

from newsroom.guard import outages


class LockedFileCache(FileBasedCache):
    """Django's file cache whose add() and incr() are atomic across processes."""

    def _cull(self) -> None:
        """Look whether the folder is full at one write in a hundred: to list it takes longer than to write."""
        if random.randrange(100) == 0:  # noqa: S311 - nobody gains by guessing it
            super()._cull()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._createdir()
        with (Path(self._dir) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        """Store the value, or nothing where the disc is full: pages can do without."""
        try:
            super().set(key, value, timeout, version)
        except OSError as error:
            if outages.note(error) is None:
                raise

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Store the value only where the key is free; return whether it was stored."""
        with self._locked():
            return super().add(key, value, timeout, version)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Raise a counter, which keeps its end, and return it; raises ValueError where the key is missing."""
        with self._locked():
            value = self.get(key, version=version)
            if value is None:
                raise ValueError(f"Key {key!r} not found")
            ends_at = self._ends_at(key, version)
            timeout = None if ends_at is None else max(ends_at - time.time(), 0)
            self.set(key, value + delta, timeout, version)
            return value + delta

    def _ends_at(self, key: Any, version: Any) -> float | None:
        """Return when a stored value ends, in seconds of the clock; None: never."""
        with Path(self._key_to_file(key, version)).open("rb") as file:
            return pickle.load(file)  # noqa: S301 - our own file, as in Django's own reading
