"""Rewrites tables of PostgreSQL so that no byte of removed rows is left in their files.

VACUUM leaves the bytes of what it removes in the pages until something else is written over them; VACUUM FULL
keeps what an old transaction could still see, and lets nobody read meanwhile. So the rows are copied
in batches into a new table, which a trigger keeps up to date, and at last the new one takes the place of the old.
"""

import time
from collections.abc import Callable

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

ROWS = 500  # that are copied in one transaction: those who write wait for it
WAIT = 250  # milliseconds for readers of the table to end; meanwhile others queue behind
TRIES = 20
PAUSE = 0.5  # seconds between two tries


def rewrite(table: str, key: str, lock: Callable[[], None], go_on: Callable[[], bool]) -> bool:
    """Rewrite a table with this primary key; return whether it is done.

    lock() makes all who write the table wait until the end of the transaction. It returns False where others
    have kept reading the table, or where go_on() returned False.
    """
    with transaction.atomic():
        lock()
        _execute(*_beginning(table, key))
    try:
        last: int | str | None = None
        while True:
            if not go_on():
                return False
            with transaction.atomic():
                lock()
                last = _copy(table, key, last)
            if last is None:
                return _in_transaction(lock, *_change_of_places(table))
    finally:
        # The trigger goes with the old table, or with its function where the places are not changed.
        _in_transaction(lock, f"DROP FUNCTION {table}_fresh CASCADE", f"DROP TABLE IF EXISTS {table}_fresh")


def _beginning(table: str, key: str) -> list[str]:
    """Return the statements that make the copy and its trigger, and clear what a killed process has left."""
    fresh = f"{table}_fresh"
    return [
        f"DROP TABLE IF EXISTS {fresh}",
        f"CREATE TABLE {fresh} (LIKE {table} INCLUDING ALL)",
        *(f"ALTER TABLE {fresh} SET ({option})" for option in _options(table)),
        # What is deleted from the copy leaves bytes there, and has asked for the next purge.
        f"CREATE OR REPLACE FUNCTION {fresh}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
        f"IF TG_OP <> 'INSERT' THEN DELETE FROM {fresh} WHERE {key} = OLD.{key}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN INSERT INTO {fresh} SELECT NEW.*; END IF; RETURN NULL; END $$",
        f"CREATE OR REPLACE TRIGGER {fresh} AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {fresh}()",
    ]


def _options(table: str) -> list[str]:
    """Return the storage parameters of a table: LIKE leaves them behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(reloptions) FROM pg_class WHERE oid = %s::regclass", [table])
        return [option for (option,) in cursor.fetchall()]


def _copy(table: str, key: str, last: int | str | None) -> int | str | None:
    """Copy the rows after the last one, unless the trigger has; return the key of the new last, or None at the end."""
    with connection.cursor() as cursor:
        # Terms of many rows at once go into their index in half the time of a few after a few.
        cursor.execute("SET LOCAL gin_pending_list_limit = '16MB'")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        after = "" if last is None else f"WHERE {key} > %s"
        cursor.execute(
            f"WITH batch AS (SELECT * FROM {table} {after} ORDER BY {key} LIMIT {ROWS}), "  # noqa: S608
            f"copied AS (INSERT INTO {table}_fresh SELECT * FROM batch ON CONFLICT DO NOTHING) "
            f"SELECT max({key}) FROM batch",
            [] if last is None else [last],
        )
        new_last: int | str | None = cursor.fetchone()[0]
        return new_last


def _change_of_places(table: str) -> list[str]:
    """Return the statements that put the copy in the place of the table, with the names of its indexes."""
    old, new = _indexes(table), _indexes(f"{table}_fresh")
    return [
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_fresh RENAME TO {table}",
        *(f"ALTER INDEX {name} RENAME TO {old[definition]}" for definition, name in new.items()),
    ]


def _indexes(table: str) -> dict[tuple[bool, str], str]:
    """Return the names of the indexes of a table by (whether it is unique, its definition)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisunique, regexp_replace(pg_get_indexdef(indexrelid), '.* USING ', ''), "
            "indexrelid::regclass FROM pg_index WHERE indrelid = %s::regclass",
            [table],
        )
        return {(unique, definition): name for unique, definition, name in cursor.fetchall()}


def _in_transaction(lock: Callable[[], None], *statements: str) -> bool:
    """Execute the statements when no reader holds the table; return False where readers held it at every try."""
    for _attempt in range(TRIES):
        try:
            with transaction.atomic():
                lock()
                _execute(f"SET LOCAL lock_timeout = {WAIT}", *statements)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            time.sleep(PAUSE)
        else:
            return True
    return False


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
