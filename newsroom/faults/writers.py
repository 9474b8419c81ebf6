"""Bounds how long a thread waits for the database, and how many wait for a write lock, so that the others can read.

SQLite has one writer at a time, and PostgreSQL may lock a row or a table; other writers then wait inside the driver. A
web process has few threads: half of them may wait, and once all of those have waited for STUCK_AFTER seconds, further
writers are refused at once. A transaction that has begun may hold the very lock that those wait for: it is let through
as long as a thread is left to read.
"""

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from urllib.parse import quote

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

STUCK_AFTER = 2  # seconds that a thread waits until its lock counts as held by a slow writer
ROUND = 20  # milliseconds after which a wait for SQLite's lock begins anew
LONGEST_LOCK = 20  # seconds that a statement waits for a lock, as in SQLite's own setting
LONGEST_STATEMENT = 30  # seconds that PostgreSQL works on a statement of a web process
LONGEST_SILENCE = 35  # seconds until a PostgreSQL that says nothing counts as away
BEGINS = re.compile(r"\s*BEGIN\s+IMMEDIATE", re.IGNORECASE)
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|LOCK)\b", re.IGNORECASE)
LOCKS_ROWS = re.compile(r"\bFOR (NO KEY )?(UPDATE|SHARE)\b")  # as Django spells it


class TooManyWrite(OperationalError):
    """As many threads as may wait for a write lock wait already, and for too long."""


class Gate:
    """A semaphore for waiting threads that refuses instead of queueing behind a slow writer."""

    def __init__(self, threads: int) -> None:
        self.most, self.most_begun = threads // 2, threads - 1
        self._waiting: list[float] = []  # when each began, by time.monotonic()
        self._changed = threading.Condition()

    @contextmanager
    def passing(self, has_begun: bool = False) -> Iterator[None]:
        """Hold a place; raises TooManyWrite where all are taken, each for STUCK_AFTER seconds."""
        most = self.most_begun if has_begun else self.most
        with self._changed:
            while len(self._waiting) >= most:
                patience = self._waiting[most - 1] + STUCK_AFTER - time.monotonic()
                if patience <= 0:
                    raise TooManyWrite
                self._changed.wait(patience)
            began = time.monotonic()
            self._waiting.append(began)
        try:
            yield
        finally:
            with self._changed:
                self._waiting.remove(began)
                self._changed.notify_all()


def is_a_wait(sql: object, database: BaseDatabaseWrapper) -> bool:
    """Return whether this statement may have to wait for a write lock."""
    if database.vendor == "sqlite":
        # Inside a transaction the lock is held already.
        sql = str(sql)
        return bool(BEGINS.match(sql) or (not database.in_atomic_block and WRITES.match(sql)))
    return isinstance(sql, str) and bool(WRITES.match(sql) or LOCKS_ROWS.search(sql))


def has_begun(database: BaseDatabaseWrapper) -> bool:
    """Return whether a transaction is under way that may hold locks already; SQLite's first one is that of all."""
    if database.vendor == "sqlite":
        return False
    from psycopg.pq import TransactionStatus

    status: TransactionStatus = database.connection.info.transaction_status
    return status != TransactionStatus.IDLE


# Any: as Django types an execute wrapper, and the next.
def in_fair_turn(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Execute a statement that waits for SQLite's lock, asking for the lock at least every 10 ms.

    SQLite itself asks ever more rarely, in the end every 100 ms, so that those who come last would always be first.
    """
    raw = context["connection"].connection
    longest = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    until = time.monotonic() + longest / 1000
    raw.execute(f"PRAGMA busy_timeout = {min(ROUND, longest)}")
    try:
        while True:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                code = getattr(error.__cause__, "sqlite_errorcode", None)
                if code != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
    finally:
        raw.execute(f"PRAGMA busy_timeout = {longest}")


def through(gate: Gate | None, on_success: Callable[[bool], None]) -> Callable[..., Any]:
    """Return an execute wrapper that lets what may wait for a write lock pass a gate."""

    def run(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        database = context["connection"]
        waits = is_a_wait(sql, database)
        with gate.passing(has_begun(database)) if gate and waits else nullcontext():
            if waits and database.vendor == "sqlite":
                result = in_fair_turn(execute, sql, params, many, context)
            else:
                result = execute(sql, params, many, context)
        on_success(waits)
        return result

    return run


def watch_connections(on_success: Callable[[bool], None], threads: int = 0) -> None:
    """Call on_success(wrote) after each successful statement on connections that this process opens from now on.

    `wrote` says whether the statement may have needed a write lock. With `threads`, the number of threads of the
    process, such statements pass the gate, and all of PostgreSQL's have an end.
    """
    gate = Gate(threads) if threads else None

    run = through(gate, on_success)

    def prepare(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
        if gate and connection.vendor == "postgresql":
            answer_in_time(connection.connection)
            with connection.cursor() as cursor:
                for name, seconds in (
                    ("lock_timeout", LONGEST_LOCK),
                    ("statement_timeout", LONGEST_STATEMENT),
                ):
                    cursor.execute("SELECT set_config(%s, %s, false)", [name, f"{seconds}s"])
        if run not in connection.execute_wrappers:
            connection.execute_wrappers.append(run)

    connection_created.connect(prepare, weak=False, dispatch_uid="newsroom.faults.writers")


def answer_in_time(connection: Any) -> None:  # of psycopg, which is there only where PostgreSQL is used
    """Let each wait for a server that hangs end as an error: its own time limits need a server that works."""
    from psycopg import OperationalError
    from psycopg.errors import _WaitTimeout

    if "wait" in vars(connection):  # of a pool, and used before
        return
    wait = connection.wait

    def in_time(gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return wait(gen, interval, timeout or LONGEST_SILENCE)
        except _WaitTimeout:
            if timeout is not None:
                raise
            connection.pgconn.finish()
            raise OperationalError("the server does not answer") from None

    connection.wait = in_time


def never_make_a_database() -> None:
    """Let this process open an existing SQLite file only, so that it makes no empty one where the file has gone."""
    values = connections.settings["default"]
    name = str(values["NAME"])
    if values["ENGINE"].endswith("sqlite3") and not name.startswith("file:") and name != ":memory:":
        values["NAME"] = f"file:{quote(name)}?mode=rw"
