"""What is raised while a store of files can't be reached, and what keeps such a store from holding up pages."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from newsroom.faults.outages import Availability, FilesAway

MARKER = ".newsroom-store"  # a file among the media that holds the id of the store; no visitor is served it
AT_ONCE = 3  # calls under way in a process: one fewer than it has threads, so that one is left for pages
BRIEFLY = 1  # seconds that a call waits for another to end, and from which one that reads counts as stuck


@cache
def availability_of(name: str) -> Availability:
    """Return the one Availability of a store with this name, such as "store of files"."""
    return Availability(name)


class Queue:
    """The calls to a store that are under way in this process: few at once, and none behind one that is stuck."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._reading: dict[int, float] = {}  # by thread: since when

    def _is_stuck(self) -> bool:
        now = time.monotonic()
        return any(now - since > BRIEFLY for since in list(self._reading.values()))

    @contextmanager
    def place(self, availability: Availability, *, reads: bool) -> Iterator[None]:
        """Hold a place; raises FilesAway where none is free or a reading call is stuck.

        Calls that write may take long, and are not taken for stuck.
        """
        if self._is_stuck() or not self._free.acquire(timeout=BRIEFLY):
            raise FilesAway(availability, "others wait for it")
        if reads:
            self._reading[threading.get_ident()] = time.monotonic()
        try:
            yield
        finally:
            self._reading.pop(threading.get_ident(), None)
            self._free.release()
