"""The content version as this process knows it: another number after every change that visitors can see.

A process asks the database four times a second. Whoever stores a page reads the version before it makes the page, so
that a change in between makes what is stored out of date.
"""

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connection

POLL = 0.25  # seconds between two questions
PATIENCE = 1.0  # seconds without an answer after which the version counts as unknown

log = logging.getLogger(__name__)

_polled: tuple[int | None, float] = (None, 0.0)  # the version, and when it was read, by time.monotonic()
_poller: threading.Thread | None = None


def read() -> int:
    """Return the version in the database now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM pagecache_contentversion WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def current() -> int | None:
    """Return the version that this process has polled last; None before the first, and while the database is away."""
    version, read_at = _polled
    return version if time.monotonic() - read_at < PATIENCE else None


def last() -> int | None:
    """Return the version that was polled last, however long ago; None before the first."""
    return _polled[0]


def away_since() -> float | None:
    """Return since when the database has not answered, by time.monotonic(); None while it does, or nobody polls."""
    if _poller is None:
        return None
    read_at = _polled[1]
    return read_at if time.monotonic() - read_at >= PATIENCE else None


def start_polling() -> None:
    """Poll in a thread of this process from now on; a second call does nothing."""
    global _poller, _polled
    if _poller is None or not _poller.is_alive():
        _polled = (None, time.monotonic())
        _poller = threading.Thread(target=_poll_for_ever, name="content-version", daemon=True)
        _poller.start()


def poll() -> None:
    """Ask the database once, and remember what it says; a failure leaves what was known."""
    global _polled
    try:
        version = read()
    except (DatabaseError, InterfaceError):  # whoever asks for a page notes that it is away
        connection.close()
    else:
        _polled = (version, time.monotonic())


def _poll_for_ever() -> None:
    while True:
        try:
            poll()
        except Exception:  # without this thread no page would be cached any more
            log.exception("The content version could not be read")
        time.sleep(POLL)
