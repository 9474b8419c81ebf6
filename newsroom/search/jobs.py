"""The worker's jobs for search."""

import time
from collections.abc import Callable

from newsroom.outbox import heartbeat, worker

from .index import indexer

MEND_EVERY = 20  # seconds
PURGE_EVERY = 5  # seconds
LONGEST = 20  # seconds of one run, so that mail and other jobs need not wait
REST = 20  # the pause before the next purge, in durations of the last: a large index is rewritten seldom

_rests_until = 0.0


def _patience() -> Callable[[], bool]:
    """Return a function that returns whether there is time to go on."""
    end = time.monotonic() + LONGEST

    def go_on() -> bool:
        heartbeat.keep_beating()
        return time.monotonic() < end and not worker.stopping.is_set()

    return go_on


def mend() -> None:
    """Index what was changed without its model: by loaddata, bulk updates or SQL."""
    indexer.mend(_patience())


def purge() -> None:
    """Remove the words of removed documents from the files of the database."""
    global _rests_until
    began = time.monotonic()
    if began >= _rests_until and indexer.purge(_patience()):
        _rests_until = time.monotonic() + REST * (time.monotonic() - began)
