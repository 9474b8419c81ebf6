"""Bounds how many threads of a process wait for the database to be written, so that the others can read.

SQLite has one writer at a time, and PostgreSQL may hold a row or a table for one; whoever comes then waits inside
the driver. A web process has few threads: half of them may wait, and once the first of those has waited for long
the next are sent away at once.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from urllib.parse import quote

from django.db import OperationalError, connections
from django.db.backends.signals import connection_created

STUCK_AFTER = (
    0.5  # seconds of waiting after which the lock is held by somebody slow, and no crowd passes through
)
LONGEST_LOCK = 20  # seconds that a statement waits for a lock, as in SQLite's own setting
BEGINS = re.compile(r"\s*BEGIN\s+IMMEDIATE", re.IGNORECASE)
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|LOCK)\b", re.IGNORECASE)
LOCKS_ROWS = re.compile(r"\bFOR (NO KEY )?(UPDATE|SHARE)\b")  # as Django writes it


class TooManyWrite(OperationalError):
    """As many threads as may wait for the database to be written wait already, and for long."""


class Gate:
    """Lets so many threads wait at once."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._waiting: list[float] = []  # since when, in seconds of the clock
        self._changed = threading.Condition()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Hold a place meanwhile; raises TooManyWrite where all places are taken by some who wait for long."""
        began = time.monotonic()
        with self._changed:
            while len(self._waiting) >= self.most:
                patience = self._waiting[0] + STUCK_AFTER - time.monotonic()
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
                self._changed.notify()


def is_a_wait(sql: Any, database: Any) -> bool:
    """Return whether this statement may have to wait until somebody else has written."""
    if database.vendor == "sqlite":
        # Within a transaction its lock is held already.
        return bool(BEGINS.match(sql) or (not database.in_atomic_block and WRITES.match(sql)))
    return isinstance(sql, str) and bool(WRITES.match(sql) or LOCKS_ROWS.search(sql))


def watch_connections(on_success: Callable[[bool], None], threads: int = 0) -> None:
    """Tell of each statement that went well on any connection that this process opens from now on.

    on_success(wrote) learns whether the statement was one that may have had to wait for others. Where the process
    has several threads, the gate stands in front of those, and no statement waits for a lock for ever.
    """
    gate = Gate(threads // 2) if threads else None

    def run(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        waits = is_a_wait(sql, context["connection"])
        with gate.passing() if gate and waits else nullcontext():
            result = execute(sql, params, many, context)
        on_success(waits)
        return result

    def prepare(connection: Any, **_kwargs: Any) -> None:
        if gate and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LONGEST_LOCK}s"])
        if run not in connection.execute_wrappers:
            connection.execute_wrappers.append(run)

    connection_created.connect(prepare, weak=False, dispatch_uid="newsroom.guard.writers")


def never_make_a_database() -> None:
    """Let this process open the SQLite file that is there, and make no empty one where it has gone."""
    values = connections.settings["default"]
    name = str(values["NAME"])
    if values["ENGINE"].endswith("sqlite3") and not name.startswith("file:") and name != ":memory:":
        values["NAME"] = f"file:{quote(name)}?mode=rw"
