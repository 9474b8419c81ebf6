"""A lock with a bounded queue: work that one thread of a process does at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Busy(Exception):
    """The queue is full, or the wait was too long: try again later."""


class Turns:
    """One thread works, `waiting` threads wait for up to `patience` seconds, all others get Busy at once."""

    def __init__(self, waiting: int, patience: float) -> None:
        self.patience = patience
        self._room = threading.BoundedSemaphore(1 + waiting)
        self._turn = threading.Lock()

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the lock; raises Busy."""
        if not self._room.acquire(blocking=False):
            raise Busy
        try:
            if not self._turn.acquire(timeout=self.patience):
                raise Busy
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._room.release()
