"""Locks that hold on every machine of a site, and end with the process that holds them, however it ends.

On PostgreSQL a session of its own holds an advisory lock, which every machine shares; a file in DATA_DIR holds the lock
of this machine, which is the only one of a site on SQLite.
"""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

NUMBER = 0x4E65  # the first half of our advisory locks


class Taken(Exception):
    """Another process holds the lock."""


class Lock:
    """A lock by name; many can share it, or one can have it alone."""

    def __init__(self, name: str, shared: bool = False) -> None:
        self.name, self.shared = name, shared
        self._file: TextIO | None = None
        self._session: BaseDatabaseWrapper | None = None

    def take(self) -> None:
        """Take the lock; raises Taken at once where another holds it."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        self._file = (settings.DATA_DIR / f"{self.name}.lock").open("a")
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if self.shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            self._take_session()
        except BlockingIOError:
            self.release()
            raise Taken(self.name) from None
        except BaseException:
            self.release()
            raise

    def _take_session(self) -> None:
        if connection.vendor != "postgresql":
            return
        self._session = connection.copy()
        self._session.inc_thread_sharing()  # a thread looks whether it is still there
        kind = "_shared" if self.shared else ""
        with self._session.cursor() as cursor:
            cursor.execute("SET idle_session_timeout = 0")
            cursor.execute(f"SELECT pg_try_advisory_lock{kind}(%s, %s)", [NUMBER, self._number])
            if not cursor.fetchone()[0]:
                raise Taken(self.name)

    @property
    def _number(self) -> int:
        return zlib.crc32(self.name.encode()) & 0x7FFFFFFF

    def is_held(self) -> bool:
        """Return whether the session still holds it: a restart of the server ends it."""
        if self._session is None:
            return self._file is not None
        try:
            with self._session.cursor() as cursor:
                cursor.execute("SELECT 1")
        except Exception:  # whatever the driver raises
            return False
        return True

    def release(self) -> None:
        """Release the lock."""
        if self._session is not None:
            self._session.close()
            self._session = None
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def held(name: str, shared: bool = False) -> Iterator[Lock]:
    """Hold a lock; raises Taken at once where another holds it."""
    lock = Lock(name, shared)
    lock.take()
    try:
        yield lock
    finally:
        lock.release()
