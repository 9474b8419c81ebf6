"""Takes what was deleted out of the database's files as well, where the database itself would leave it.

SQLite zeroes what is deleted (secure_delete), but copies of a row stay where its pages were split or joined, and in
the journal. PostgreSQL's VACUUM leaves the bytes in the pages, VACUUM FULL what an old transaction could still see.
So the rows that are left are written into new pages, and the old ones are zeroed (SQLite) or removed (PostgreSQL).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, models, transaction
from django.db.backends.utils import CursorWrapper

logger = logging.getLogger(__name__)

PATIENCE = 2_000  # milliseconds that rewriting waits for others on SQLite; it is tried again later
BRIEFLY = 500  # milliseconds: less than PostgreSQL takes to find a deadlock, which others would pay for


def rewrite(tables: Sequence[type[models.Model]]) -> bool:
    """Write the rows of these tables anew; return False where others use them, and it has to be tried again.

    Writers wait meanwhile: 3 to 6 seconds for 200,000 rows. Not in reach are PostgreSQL's WAL and backups.
    """
    rewriting = _rewrite_on_sqlite if connection.vendor == "sqlite" else _rewrite_on_postgresql
    try:
        return rewriting([connection.ops.quote_name(model._meta.db_table) for model in tables])
    except OperationalError as error:
        logger.warning("Taking deleted rows out of the files has to wait: %s", type(error).__name__)
        return False


def _rewrite_on_sqlite(tables: list[str]) -> bool:
    """Return whether the journal was emptied too: somebody who reads keeps it for so long."""
    with connection.cursor() as cursor, _settings(cursor):
        for table in tables:
            with transaction.atomic():
                cursor.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {table}")  # noqa: S608
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # frees whole pages, which zeroes them
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept")  # noqa: S608
                cursor.execute("DROP TABLE kept")
        busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def _settings(cursor: CursorWrapper) -> Iterator[None]:
    """Wait for others only briefly, keep copies out of temporary files, and leave foreign keys as they are.

    Every row comes back under its key in the same transaction: nothing that refers to it has to be looked at.
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
    """Let a change of type that changes nothing write the live rows into new files: keys and triggers stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {BRIEFLY}")
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        for table in tables:
            name, kind = _column(cursor, table)
            # Without an expression that has to be computed, PostgreSQL would change nothing but its catalogue.
            same = f"CASE WHEN random() < 2 THEN {name} END"
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind} USING {same}")
    return True


def _column(cursor: CursorWrapper, table: str) -> tuple[str, str]:
    """Return name and type of a column of a table that no key and no other table refers to."""
    cursor.execute(
        "SELECT quote_ident(attname), format_type(atttypid, atttypmod) FROM pg_attribute a "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' "
        "AND attgenerated = '' AND NOT EXISTS (SELECT 1 FROM pg_constraint c "
        "WHERE c.conrelid = a.attrelid AND c.contype IN ('p', 'u', 'f') AND a.attnum = ANY (c.conkey)) "
        "ORDER BY attnum DESC LIMIT 1",
        [table],
    )
    found: tuple[str, str] = cursor.fetchone()
    return found
