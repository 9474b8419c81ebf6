"""A cache in files that all processes of a machine share, with atomic counters."""

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

from newsroom.faults import outages


# Any in the signatures: a cache takes whatever can be pickled, under whatever str() makes a key of.
class LockedFileCache(FileBasedCache):
    """Django's file cache whose add() and incr() are atomic across processes."""

    def _cull(self) -> None:
        """Cull at one write in a hundred: listing the folder takes longer than writing a file."""
        if random.randrange(100) == 0:  # noqa: S311 - no secret
            super()._cull()  # type: ignore[misc]  # the stubs leave out the private methods

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._createdir()  # type: ignore[attr-defined]  # as above
        with (Path(self._dir) / "lock").open("w") as lock:  # type: ignore[attr-defined]  # as above
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        """Store the value, or nothing if the disk is full: pages can do without."""
        try:
            super().set(key, value, timeout, version)
        except OSError as error:
            if outages.note(error) is None:
                raise

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Store the value if the key is free; return whether it was stored."""
        with self._locked():
            return super().add(key, value, timeout, version)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Increment a counter, whose expiry stays, and return it; raises ValueError where the key is missing."""
        with self._locked():
            value = self.get(key, version=version)
            if value is None:
                raise ValueError(f"Key {key!r} not found")
            ends_at = self._ends_at(key, version)
            timeout = None if ends_at is None else max(ends_at - time.time(), 0)
            self.set(key, value + delta, timeout, version)
            return value + delta

    def _ends_at(self, key: Any, version: Any) -> float | None:
        """Return when a stored value expires, in seconds since the epoch; None: never."""
        path = Path(self._key_to_file(key, version))  # type: ignore[attr-defined]  # as above
        with path.open("rb") as file:
            ends_at: float | None = pickle.load(file)  # noqa: S301 - our own file, read as Django reads it
            return ends_at
