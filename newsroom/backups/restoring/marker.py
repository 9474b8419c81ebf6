"""A table that says that a backup was put back and what has to follow is not done yet.

It comes with the database, by the same rename or transaction. It is no model, since a backup of an older version has
the tables of that version.
"""

from datetime import datetime

from django.db import DatabaseError, connection

from ..manifest import Writes

TABLE = "newsroom_put_back"


def writes(made_at: datetime, files_of: str = "") -> Writes:
    """Return the statements that leave the marker in a database: the time of the backup, and whose files follow."""
    return [
        (f"DROP TABLE IF EXISTS {TABLE}", []),
        (f"CREATE TABLE {TABLE} (made_at text NOT NULL, files_of text NOT NULL)", []),
        (f"INSERT INTO {TABLE} (made_at, files_of) VALUES (%s, %s)", [made_at.isoformat(), files_of]),  # noqa: S608
    ]


def is_there() -> bool:
    """Return whether a restore waits to be finished; a database that can't be read has none."""
    try:
        return _row() is not None
    except DatabaseError:
        return False


def read() -> datetime | None:
    """Return when the backup was made that was put back and waits, or None."""
    row = _row()
    return datetime.fromisoformat(row[0]) if row else None


def files_of() -> str:
    """Return the id of the backup whose files are not in place yet, or ""."""
    row = _row()
    return row[1] if row else ""


def _row() -> tuple[str, str] | None:
    if TABLE not in connection.introspection.table_names():
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT made_at, files_of FROM {TABLE}")  # noqa: S608
        row: tuple[str, str] | None = cursor.fetchone()
    return row


def note_files_in_place() -> None:
    """Note that no files have to follow any more."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET files_of = ''")  # noqa: S608


def remove() -> None:
    """Take the marker away."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
