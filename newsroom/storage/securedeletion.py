"""Removes deleted rows from the files of the database, too.

SQLite overwrites deleted rows with zeros (secure_delete), but copies stay where pages were split or merged, and in the
write-ahead log. PostgreSQL's VACUUM leaves the bytes in the pages, VACUUM FULL rows that an old transaction may see. So
the remaining rows are written to new pages, and the old pages are zeroed (SQLite) or removed (PostgreSQL).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, models, transaction
from django.db.backends.utils import CursorWrapper

logger = logging.getLogger(__name__)

PATIENCE = 2_000  # milliseconds that rewriting waits for a lock on SQLite; it is tried again later
BRIEFLY = 500  # milliseconds: less than PostgreSQL's deadlock_timeout, after which it might abort others


def rewrite(tables: Sequence[type[models.Model]]) -> bool:
    """Rewrite these tables; return False where others use them, and it has to be tried again.

    Writers wait meanwhile: 3 to 6 seconds for 200,000 rows. PostgreSQL's WAL and backups are out of reach.
    """
    rewriting = _rewrite_on_sqlite if connection.vendor == "sqlite" else _rewrite_on_postgresql
    try:
        return rewriting([connection.ops.quote_name(model._meta.db_table) for model in tables])
    except OperationalError as error:
        logger.warning("Taking deleted rows out of the files has to wait: %s", type(error).__name__)
        return False


def vacuum() -> bool:
    """Write the whole database of SQLite anew, which long texts ask no memory for; return False where it has to wait."""
    try:
        with connection.cursor() as cursor, _settings(cursor):
            cursor.execute("VACUUM")
            busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except OperationalError as error:
        logger.warning("Taking deleted rows out of the files has to wait: %s", type(error).__name__)
        return False
    return not busy


def _rewrite_on_sqlite(tables: list[str]) -> bool:
    """Rewrite the tables; return whether the write-ahead log was emptied too, which readers can prevent."""
    with connection.cursor() as cursor, _settings(cursor):
        for table in tables:
            with transaction.atomic():
                cursor.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {table}")  # noqa: S608
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept")  # noqa: S608
                cursor.execute("DROP TABLE kept")
        busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def _settings(cursor: CursorWrapper) -> Iterator[None]:
    """Wait for locks only briefly, keep temporary tables in memory, and switch foreign keys off.

    Every row comes back under its key in the same transaction, so foreign keys need no check.
    """
    wanted = {"busy_timeout": PATIENCE, "temp_store": 2, "foreign_keys": 0}
    before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    try:
        for name, value in wanted.items():
            cursor.execute(f"PRAGMA {name}={value}")
        yield
    finally:
        for name, value in before.items():
            cursor.execute(f"PRAGMA {name}={value}")


def _rewrite_on_postgresql(tables: list[str]) -> bool:
    """Rewrite the tables by a column type change to the same type: keys stay. Returns True.

    Triggers stay, too: PostgreSQL changes no column that one names, so they go and come back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {BRIEFLY}")
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        for table in tables:
            column = _column(cursor, table)
            triggers = _triggers(cursor, table)
            for trigger, _definition in triggers:
                cursor.execute(f"DROP TRIGGER {trigger} ON {table}")
            for statement in _statements(table, column):
                cursor.execute(statement)
            for _trigger, definition in triggers:
                cursor.execute(definition)
    return True


def _statements(table: str, column: tuple[str, str] | None) -> list[str]:
    """Return what makes PostgreSQL write a table anew: a type that stays, or a column that comes and goes.

    Without an expression to compute it would change its catalogue alone.
    """
    if column is None:
        return [
            f"ALTER TABLE {table} ADD COLUMN rewritten double precision DEFAULT random()",
            f"ALTER TABLE {table} DROP COLUMN rewritten",
        ]
    name, kind = column
    return [
        f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind} USING CASE WHEN random() < 2 THEN {name} END"
    ]


def _triggers(cursor: CursorWrapper, table: str) -> list[tuple[str, str]]:
    """Return name and definition of each trigger of a table that was made for it alone."""
    cursor.execute(
        "SELECT quote_ident(tgname), pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE tgrelid = %s::regclass AND NOT tgisinternal",
        [table],
    )
    return list(cursor.fetchall())


def _column(cursor: CursorWrapper, table: str) -> tuple[str, str] | None:
    """Return name and type of a column of a table that is in no key; None where each is in one."""
    cursor.execute(
        "SELECT quote_ident(attname), format_type(atttypid, atttypmod) FROM pg_attribute a "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' "
        "AND attgenerated = '' AND NOT EXISTS (SELECT 1 FROM pg_constraint c "
        "WHERE c.conrelid = a.attrelid AND c.contype IN ('p', 'u', 'f') AND a.attnum = ANY (c.conkey)) "
        "ORDER BY attnum DESC LIMIT 1",
        [table],
    )
    found: tuple[str, str] | None = cursor.fetchone()
    return found
