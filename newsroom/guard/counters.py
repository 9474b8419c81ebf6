"""Counters that expire, in a store that only throttles use and that drops none before its expiry; and parcels of bytes.

The cache does not do: it evicts entries once it is full, and visitors can fill it. The store is an SQLite file in
DATA_DIR, which all processes of a machine share; where the site runs on several machines (PostgreSQL and a Redis
cache), it is two tables in their database, over a connection of its own. The tables are created on first use, without
a migration: a lost store costs some counts, and nothing else.
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

PATIENCE = 5  # seconds that a statement waits for a lock of another process
SWEEP_EVERY = 60  # seconds between two deletions of expired rows, in one thread

TABLES = [
    "CREATE {kind} TABLE IF NOT EXISTS throttle_counter"
    " (name {bytes} PRIMARY KEY, number integer NOT NULL, ends_at double precision NOT NULL)",
    "CREATE INDEX IF NOT EXISTS throttle_counter_ends_at ON throttle_counter (ends_at)",
    "CREATE {kind} TABLE IF NOT EXISTS throttle_secret"
    " (name text PRIMARY KEY, secret {bytes} NOT NULL, ends_at double precision NOT NULL)",
    "CREATE {kind} TABLE IF NOT EXISTS throttle_parcel"
    " (name {bytes} PRIMARY KEY, content {bytes} NOT NULL, ends_at double precision NOT NULL)",
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
PUT_ASIDE = (
    "INSERT INTO throttle_parcel (name, content, ends_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
    " content = excluded.content, ends_at = excluded.ends_at"
)
FETCH = "SELECT content FROM throttle_parcel WHERE name = ? AND ends_at > ?"
DROP = "DELETE FROM throttle_parcel WHERE name = ?"
NUMBER = "SELECT count(*) FROM throttle_parcel WHERE ends_at > ?"
STORED = ["throttle_counter", "throttle_secret", "throttle_parcel"]


class _Sqlite:
    """The store in an SQLite file; one instance per thread."""

    def __init__(self) -> None:
        self.path = path = Path(settings.THROTTLE_FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("w") as lock:
            # busy_timeout does not cover two processes that switch a new file to WAL at once.
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

    def run(self, statement: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, tuple(values)).fetchall()

    def after_sweep(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted from the file."""
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.connection.close()


class _PostgreSQL:
    """The store in tables of the site's database, outside the transactions of requests; one instance per thread."""

    def __init__(self) -> None:
        import psycopg

        parameters = connections["default"].get_connection_params()
        names = ["dbname", "user", "password", "host", "port", "sslmode", "service", "passfile"]
        self.connection = psycopg.connect(
            **{name: parameters[name] for name in names if parameters.get(name)}, autocommit=True
        )
        with self.connection.transaction():
            # Two processes that create the same table at once would make one of them fail.
            self.connection.execute("SELECT pg_advisory_xact_lock(7411)")
            for line in TABLES:
                self.connection.execute(line.format(kind="UNLOGGED", bytes="bytea").encode())

    def run(self, statement: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(statement.replace("?", "%s").encode(), tuple(values))
        return cursor.fetchall() if cursor.description else []

    def after_sweep(self) -> None:
        """Do nothing: the server's autovacuum does the rest."""

    def close(self) -> None:
        self.connection.close()


_mine = threading.local()  # .store of this thread; .key: kind, file and process it was opened for; .swept_at


def _open() -> _Sqlite | _PostgreSQL:
    """Return this thread's store; opens it on first use, and again after a fork."""
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
    """Raise django.db.OperationalError for any error of a driver, and close the store, so that it is opened again."""
    try:
        yield
    except _errors() as error:
        with contextlib.suppress(Exception):
            close()
        raise OperationalError(f"The counters of throttles can't be used: {type(error).__name__}") from error


def _run(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Run one statement; once more over a new connection where an old one turned out to be broken."""
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
    """Return the time as seconds since the epoch, as expiries are stored."""
    return timezone.now().timestamp()


def count(names: list[bytes], seconds: float) -> int:
    """Add one to the running counter under any of the names, else start one under the first; return its count."""
    sweep_sometimes()
    at = now()
    for name in names[1:]:
        if found := _run(COUNT_ON, name, at):
            return int(found[0][0])
    return int(_run(COUNT, names[0], at + seconds, at, at)[0][0])


def read(names: list[bytes]) -> tuple[int, float]:
    """Return count and seconds to expiry of the running counter under any of the names; (0, 0) without one."""
    at = now()
    running = [row for name in names for row in _run(READ, name, at)]
    number, ends_at = max(running, default=(0, at))
    return int(number), ends_at - at


def take_back(names: list[bytes]) -> None:
    """Subtract one from each running counter under these names."""
    at = now()
    for name in names:
        _run(TAKE_BACK, name, at)


def forget(names: list[bytes]) -> None:
    """Delete the counters under these names."""
    for name in names:
        _run(FORGET, name)


def secrets_of(name: str, other: str) -> dict[str, bytes]:
    """Return the unexpired secrets under these two names, by name."""
    return {found: bytes(secret) for found, secret in _run(READ_SECRETS, name, other, now())}


def keep_secret(name: str, value: bytes, seconds: float) -> None:
    """Store a secret for so many seconds, unless the name is taken."""
    _run(KEEP_SECRET, name, value, now() + seconds)


def put_aside(name: bytes, content: bytes, seconds: float) -> None:
    """Store a parcel for so many seconds, in the place of one of this name."""
    sweep_sometimes()
    _run(PUT_ASIDE, name, content, now() + seconds)


def fetch(name: bytes) -> bytes | None:
    """Return the content of a parcel; None where its time is over."""
    found = _run(FETCH, name, now())
    return bytes(found[0][0]) if found else None


def drop(name: bytes) -> None:
    """Delete a parcel."""
    _run(DROP, name)


def parcels() -> int:
    """Return how many parcels are stored."""
    return int(_run(NUMBER, now())[0][0])


def sweep() -> None:
    """Delete what has expired."""
    for table in STORED:
        _run(f"DELETE FROM {table} WHERE ends_at <= ?", now())  # noqa: S608 - a name of ours
    with _told_as_database_error():
        _open().after_sweep()


def sweep_sometimes() -> None:
    """Delete expired rows, at most once every SWEEP_EVERY seconds per thread."""
    if now() - getattr(_mine, "swept_at", 0.0) >= SWEEP_EVERY or now() < getattr(_mine, "swept_at", 0.0):
        _mine.swept_at = now()
        sweep()
        _mine.swept_at = now()


def clear() -> None:
    """Delete all that is stored."""
    for table in STORED:
        _run(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
