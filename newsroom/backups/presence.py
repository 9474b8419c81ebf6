"""Whether the site serves: while it does no backup is put back, and while one is put back it does not start."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

from . import settling
from .locks import Lock, Taken, held
from .models import PutBack
from .refused import Refused
from .restoring import marker

logger = logging.getLogger(__name__)

NAME = "serving"
LOOK_EVERY = 5  # seconds
RESTORING = "A backup is being put back into this site; it can serve when that is done."
SERVES = (
    "The site serves, here or on another machine: stop `manage.py serve` and `manage.py worker` everywhere first. "
    "Nothing was changed."
)


def is_settled() -> bool:
    """Return whether no backup waits for what has to follow after it was put back."""
    if marker.read() is not None:
        return False
    has_table = PutBack._meta.db_table in connection.introspection.table_names()
    return not has_table or settling.unsettled() is None


def require_settled() -> None:
    """Raise Refused where a backup was put back and what has to follow is not done yet."""
    if not is_settled():
        raise Refused(
            "A backup was put back, and what has to follow is not done yet: run `manage.py restore --continue`. "
            "Nothing is served before."
        )


@contextmanager
def serving() -> Iterator[None]:
    """Hold what says that the site serves, on every machine; raises Refused while a backup is put back.

    Without a database it waits for one meanwhile.
    """
    lock = Lock(NAME, shared=True)
    with suppress(DatabaseError):
        lock = _taken()
    done = threading.Event()
    thread = threading.Thread(target=_keep, args=[lock, done], name="presence", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(LOOK_EVERY)


def _taken() -> Lock:
    lock = Lock(NAME, shared=True)
    try:
        lock.take()
    except Taken:
        raise Refused(RESTORING) from None
    return lock


def _keep(lock: Lock, done: threading.Event) -> None:
    """Take it again when the database was restarted; where a backup is being put back by now, stop this process."""
    while not done.wait(LOOK_EVERY):
        if lock.is_held():
            continue
        lock.release()
        try:
            lock = _taken()
        except Refused as error:
            logger.error("%s It stops.", error)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        except (DatabaseError, OSError):  # it is still away
            continue
    lock.release()


@contextmanager
def nobody_serves() -> Iterator[None]:
    """Let nobody serve meanwhile; raises Refused where somebody does."""
    try:
        with held(NAME):
            yield
    except Taken:
        raise Refused(SERVES) from None
