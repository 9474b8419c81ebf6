"""Counters with an end, in a store that only throttles use and that forgets none before its time.

The cache is no place for them: it drops what it likes once it is full, and visitors can fill it. The store is an
SQLite file in DATA_DIR, which all processes of a machine share; where the site runs on several machines (PostgreSQL
and a Redis cache), it is two tables in their database, over a connection of their own. There is no migration: the
tables hold nothing that is worth one, and a lost file costs some counts.
"""

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections
from django.utils import timezone

PATIENCE = 5  # seconds until a store that another process holds counts as broken
SWEEP_EVERY = 60  # seconds between two deletions of what is over, in one thread

TABLES = [
    "CREATE {kind} TABLE IF NOT EXISTS throttle_counter"
    " (name {bytes} PRIMARY KEY, number integer NOT NULL, ends_at double precision NOT NULL)",
    "CREATE INDEX IF NOT EXISTS throttle_counter_ends_at ON throttle_counter (ends_at)",
    "CREATE {kind} TABLE IF NOT EXISTS throttle_secret"
    " (name text PRIMARY KEY, secret {bytes} NOT NULL, ends_at double precision NOT NULL)",
]
COUNT_ON = "UPDATE throttle_counter SET number = number + 1 WHERE name = ? AND ends_at > ? RETURNING number"
COUNT = (
    "INSERT INTO throttle_counter AS c (name, number, ends_at) VALUES (?, 1, ?) ON CONFLICT (name) DO UPDATE SET"
    " number = CASE WHEN c.ends_at > ? THEN c.number + 1 ELSE 1 END,"
    " ends_at = CASE WHEN c.ends_at > ? THEN c.ends_at ELSE excluded.ends_at END RETURNING number"
)
READ = "SELECT number, ends_at FROM throttle_counter WHERE name = ? AND ends_at > ?"
TAKE_BACK = "UPDATE throttle_counter SET number = number - 1 WHERE name = ? AND ends_at > ? AND number > 0"
FORGET = "DELETE FROM throttle_counter WHERE name = ?"
KEEP_SECRET = "INSERT INTO throttle_secret (name, secret, ends_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S105
READ_SECRETS = "SELECT name, secret FROM throttle_secret WHERE name IN (?, ?) AND ends_at > ?"
SWEEP = ["DELETE FROM throttle_counter WHERE ends_at <= ?", "DELETE FROM throttle_secret WHERE ends_at <= ?"]
CLEAR = ["DELETE FROM throttle_counter", "DELETE FROM throttle_secret"]


class _Sqlite:
    """The store as a file; one of these serves one thread."""

    def __init__(self) -> None:
        self.path = path = Path(settings.THROTTLE_FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("w") as lock:
            # SQLite waits for nobody where two processes switch one new file to WAL at once.
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                self._open()
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode not in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
                    raise
                for ending in ["", "-wal", "-shm"]:  # a damaged store would stop every form
                    Path(f"{path}{ending}").unlink(missing_ok=True)
                self._open()

    def _open(self) -> None:
        self.path.touch(0o600)
        self.connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        for line in ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", "PRAGMA secure_delete=ON"]:
            self.run(line)
        for line in TABLES:
            self.run(line.format(kind="", bytes="blob"))

    def run(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, tuple(values)).fetchall()

    def after_sweep(self) -> None:
        """Empty the write-ahead log: until then it holds what was deleted from the file."""
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.connection.close()


class _PostgreSQL:
    """The store as tables of the site's database, outside the transactions of requests; one serves one thread."""

    def __init__(self) -> None:
        import psycopg

        parameters = connections["default"].get_connection_params()  # type: ignore[no-untyped-call]
        names = ["dbname", "user", "password", "host", "port", "sslmode", "service", "passfile"]
        self.connection = psycopg.connect(
            **{name: parameters[name] for name in names if parameters.get(name)}, autocommit=True
        )
        with self.connection.transaction():
            # Two processes that create the same table at once would make one of them fail.
            self.connection.execute("SELECT pg_advisory_xact_lock(7411)")
            for line in TABLES:
                self.connection.execute(line.format(kind="UNLOGGED", bytes="bytea").encode())

    def run(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(statement.replace("?", "%s").encode(), tuple(values))
        return cursor.fetchall() if cursor.description else []

    def after_sweep(self) -> None:
        """Leave the rest to the server's own vacuum."""

    def close(self) -> None:
        self.connection.close()


_mine = threading.local()  # .store of this thread, .key of what it was opened for, .swept_at


def _open() -> _Sqlite | _PostgreSQL:
    """Return this thread's store, opened anew after a fork."""
    kind = _PostgreSQL if settings.THROTTLES_IN_DATABASE else _Sqlite
    key = kind, settings.THROTTLE_FILE, os.getpid()
    if getattr(_mine, "store", None) is None or _mine.key != key:
        _mine.store, _mine.key = kind(), key
    return _mine.store


def close() -> None:
    """Close this thread's store; the next use opens it again."""
    if getattr(_mine, "store", None) is not None:
        _mine.store.close()
        _mine.store = None


def _errors() -> tuple[type[Exception], ...]:
    if not settings.THROTTLES_IN_DATABASE:
        return (sqlite3.Error, OSError)
    import psycopg

    return (psycopg.Error, OSError)


@contextlib.contextmanager
def _told_as_database_error() -> Iterator[None]:
    """Raise django.db.OperationalError for whatever a driver raises, and open the store anew the next time."""
    try:
        yield
    except _errors() as error:
        with contextlib.suppress(Exception):
            close()
        raise OperationalError(f"The counters of throttles can't be used: {type(error).__name__}") from error


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement, a second time where the first found a connection that had died meanwhile."""
    with _told_as_database_error():
        fresh = getattr(_mine, "store", None) is None
        try:
            return _open().run(statement, values)
        except _errors():
            if fresh:
                raise
            close()
            return _open().run(statement, values)


def now() -> float:
    """Return the seconds of the clock that ends are given in."""
    return timezone.now().timestamp()


def count(names: list[bytes], seconds: float) -> int:
    """Count once in the open counter that one of the names has, else in a new one of the first; return its number."""
    sweep_sometimes()
    at = now()
    for name in names[1:]:
        if found := _run(COUNT_ON, name, at):
            return int(found[0][0])
    return int(_run(COUNT, names[0], at + seconds, at, at)[0][0])


def read(names: list[bytes]) -> tuple[int, float]:
    """Return the number of the open counter of these names, and the seconds until its end; (0, 0) where none is."""
    at = now()
    open_ones = [row for name in names for row in _run(READ, name, at)]
    number, ends_at = max(open_ones, default=(0, at))
    return int(number), ends_at - at


def take_back(names: list[bytes]) -> None:
    """Count once less in each open counter of the names."""
    at = now()
    for name in names:
        _run(TAKE_BACK, name, at)


def forget(names: list[bytes]) -> None:
    """Delete the counters of these names."""
    for name in names:
        _run(FORGET, name)


def secrets_of(name: str, other: str) -> dict[str, bytes]:
    """Return the secrets that are kept under these two names."""
    return {found: bytes(secret) for found, secret in _run(READ_SECRETS, name, other, now())}


def keep_secret(name: str, value: bytes, seconds: float) -> None:
    """Keep a secret so long, unless one has that name already."""
    _run(KEEP_SECRET, name, value, now() + seconds)


def sweep() -> None:
    """Delete what is over."""
    for statement in SWEEP:
        _run(statement, now())
    with _told_as_database_error():
        _open().after_sweep()


def sweep_sometimes() -> None:
    """Delete what is over where this thread has not done so for a while."""
    if now() - getattr(_mine, "swept_at", 0.0) >= SWEEP_EVERY or now() < getattr(_mine, "swept_at", 0.0):
        _mine.swept_at = now()
        sweep()
        _mine.swept_at = now()


def clear() -> None:
    """Delete everything, as tests do."""
    for statement in CLEAR:
        _run(statement)
