"""What the worker does for search."""

import time

from newsroom.outbox import heartbeat, worker

from .index import indexer

MEND_EVERY = 20  # seconds
PURGE_EVERY = 5  # seconds
LONGEST = 20  # seconds at a time, so that mail and other jobs need not wait
REST = 20  # times as long as a purge took, until the next: a large index is rewritten now and then only

_rests_until = 0.0


def _patience():
    """Return a function that says whether there is time to go on."""
    end = time.monotonic() + LONGEST

    def go_on():
        heartbeat.beat()
        return time.monotonic() < end and not worker.stopping.is_set()

    return go_on


def mend() -> None:
    """Find and write what changed without its model knowing: loaddata, bulk updates, SQL."""
    indexer.mend(_patience())


def purge() -> None:
    """Take the words of removed documents out of the files of the database."""
    global _rests_until
    began = time.monotonic()
    if began >= _rests_until and indexer.purge(_patience()):
        _rests_until = time.monotonic() + REST * (time.monotonic() - began)
