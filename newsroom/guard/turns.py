"""Work that is done by one thread of a process at a time, with a short queue before it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Busy(Exception):
    """The queue is full, or one has waited in it for too long: ask again later."""


class Turns:
    """One works, so many may wait for so many seconds, and all others are told at once that it is busy."""

    def __init__(self, waiting: int, patience: float) -> None:
        self.patience = patience
        self._room = threading.BoundedSemaphore(1 + waiting)
        self._turn = threading.Lock()

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the turn; raises Busy."""
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
