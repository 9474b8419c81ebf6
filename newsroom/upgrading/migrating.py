"""Lets one process at a time migrate a database, and lets its migrations happen all or not at all."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

LOCK = 0x4E657773726F6F6D  # "Newsroom": the number of our advisory lock on PostgreSQL
POLL = 0.2  # seconds between two looks whether the lock is free
ROOM = 128_000  # KB of a SQLite database that stay in memory while its tables are written anew

type Say = Callable[[str], object]


@contextmanager
def alone(database: str, say: Say) -> Iterator[None]:
    """Hold the lock of those who migrate; say so where another holds it, and wait.

    It ends with the process that holds it, however that ends: on PostgreSQL with its connection, which every machine
    shares; with SQLite, whose file belongs to one machine, with a file in DATA_DIR.
    """
    is_shared = connections[database].vendor == "postgresql"
    with _of_the_server(database, say) if is_shared else _of_this_machine(say):
        yield


@contextmanager
def _of_the_server(database: str, say: Say) -> Iterator[None]:
    keeper = connections[database].copy()  # a session that no migration and no transaction ends
    try:
        with keeper.cursor() as cursor:

            def is_taken() -> bool:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                return bool(cursor.fetchone()[0])

            _wait_for(is_taken, say)
            yield
    finally:
        keeper.close()


@contextmanager
def _of_this_machine(say: Say) -> Iterator[None]:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "migrate.lock").open("w") as file:

        def is_taken() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _wait_for(is_taken, say)
        yield


def _wait_for(is_taken: Callable[[], bool], say: Say) -> None:
    """Return once the lock is ours."""
    if is_taken():
        return
    say("Another process migrates this database; waiting for it.")
    while not is_taken():
        time.sleep(POLL)


@contextmanager
def all_or_nothing(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Run all migrations in one transaction, so that one that fails or is killed leaves the database as it was.

    Where one of them can't run in a transaction, each runs as Django does it.
    """
    if not _can_be_one_transaction(connection):
        yield
        return
    if connection.vendor == "sqlite":
        # With less, it writes the same pages again and again as they make room for others.
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = -{ROOM}")
    # SQLite can't change this inside a transaction, and Django's editor refuses to work without it.
    was_checking = connection.vendor == "sqlite" and connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=connection.alias):
            yield
    finally:
        if was_checking:
            connection.enable_constraint_checking()


def _can_be_one_transaction(connection: BaseDatabaseWrapper) -> bool:
    loader = MigrationLoader(connection)
    applied = loader.applied_migrations or {}
    return all(one.atomic for name, one in loader.disk_migrations.items() if name not in applied)


def settle_constraints(connection: BaseDatabaseWrapper) -> None:
    """Check what PostgreSQL put off until the end of the transaction: it changes no table that has such checks open."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        connection.check_constraints()
