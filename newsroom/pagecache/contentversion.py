"""The content version as this process knows it: another number after every change that visitors can see.

A process asks the database four times a second, and then whether anything else is due (moments.py). Whoever stores a
page reads the version before it makes the page, so that a change in between makes what is stored out of date.
"""

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connection

from . import moments

POLL = 0.25  # seconds between two questions
PATIENCE = 1.0  # seconds without an answer after which the version counts as unknown
REMEMBERED = 8  # former versions

log = logging.getLogger(__name__)

_lock = threading.Lock()
_known: tuple[int | None, float] = (None, 0.0)  # the version, and when it was asked for, by time.monotonic()
_left: dict[int, float] = {}  # when former versions were found to be out of date, by time.monotonic()
_poller: threading.Thread | None = None


def read() -> int:
    """Return the version in the database now, and remember it."""
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM pagecache_contentversion WHERE id = 1")
        row = cursor.fetchone()
    version = int(row[0]) if row else 0
    _remember(version, began)
    return version


def _remember(version: int, began: float) -> None:
    """Take note of an answer, unless that to a later question is known already."""
    global _known
    with _lock:
        former, asked_at = _known
        if began < asked_at:
            return
        _known = (version, began)
        if former is not None and former != version:
            _left[former] = began
            _left.pop(version, None)
            while len(_left) > REMEMBERED:
                del _left[next(iter(_left))]


def current() -> int | None:
    """Return the version that this process knows; None before it has asked, and while the database is away."""
    version, asked_at = _known
    return version if time.monotonic() - asked_at < PATIENCE else None


def last() -> int | None:
    """Return the version that was known last, however long ago; None before the first."""
    return _known[0]


def left_at(version: int | None) -> float:
    """Return when a version was found to be out of date, by time.monotonic(); 0 where that is long ago or unknown."""
    return _left.get(version, 0.0) if version is not None else 0.0


def away_since() -> float | None:
    """Return since when the database has not answered, by time.monotonic(); None while it does, or nobody polls."""
    asked_at = _known[1]
    if _poller is None or time.monotonic() - asked_at < PATIENCE:
        return None
    return asked_at


def forget() -> None:
    """Know no version any more, such as after another database has taken the place of this one."""
    global _known
    _known = (None, 0.0)
    _left.clear()


def start_polling() -> None:
    """Ask again and again from now on, in a thread of this process; a second call does nothing."""
    global _poller, _known
    if _poller is None or not _poller.is_alive():
        _known = (None, time.monotonic())
        _poller = threading.Thread(target=_poll, name="content-version", daemon=True)
        _poller.start()


def _poll() -> None:
    while True:
        try:
            read()
            moments.look()
        except (DatabaseError, InterfaceError):  # whoever asks for a page tells that it is away
            connection.close()
        except Exception:  # without this thread no page would be kept any more
            log.exception("The content version could not be read")
        time.sleep(POLL)
