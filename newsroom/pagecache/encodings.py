"""Compresses what is kept, once for all who ask: gzip and brotli, and more thoroughly what is asked for often."""

import gzip
import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from queue import Full, Queue

import brotli

from newsroom.guard.compression import accepted

FAST, THOROUGH = 5, 11  # brotli's quality: about 1 ms for a page, and 30 ms
SMALLEST = 200  # bytes; below it headers take what compression saves
MOST_WAITING = 200  # pages that wait for their thorough compression; more do without

log = logging.getLogger(__name__)


@lru_cache(maxsize=512)
def chosen(accept_encoding: str) -> str:
    """Return the encoding to answer an Accept-Encoding header with: "br", "gzip", or "" for none."""
    if not accept_encoding or len(accept_encoding) > 500:
        return ""
    names = accepted(accept_encoding).split(", ")
    return next((name for name in ("br", "gzip") if name in names), "")


def compressed(content: bytes) -> dict[str, bytes]:
    """Return the content in each encoding that makes it smaller, by name."""
    if len(content) < SMALLEST:
        return {}
    made = {
        "gzip": gzip.compress(content, 6, mtime=0),
        "br": brotli.compress(content, quality=FAST),
    }
    return {name: encoded for name, encoded in made.items() if len(encoded) < len(content)}


def thoroughly(content: bytes) -> bytes:
    """Return the content in brotli as small as it gets."""
    made: bytes = brotli.compress(content, quality=THOROUGH)
    return made


class Background:
    """A thread that does one thing after another while nobody waits for it; it starts with the first."""

    def __init__(self) -> None:
        self._queue: Queue[Callable[[], None]] = Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Put something at the end of the queue; where that is full, it is left undone."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="thorough-compression", daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(work)
        except Full:
            return

    def _run(self) -> None:
        while True:
            work = self._queue.get()
            try:
                work()
            except Exception:  # the next one must not go without
                log.exception("A page could not be compressed")
