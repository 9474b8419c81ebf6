"""A table that says that a backup was put back and what has to follow is not done yet.

It comes with the database, by the same rename or transaction. It is no model, since a backup of an older version has
the tables of that version.
"""

from datetime import datetime

from django.db import connection

from ..manifest import Writes

TABLE = "newsroom_put_back"


def writes(made_at: datetime) -> Writes:
    """Return the statements that leave the marker in a database, with the time of the backup."""
    return [
        (f"DROP TABLE IF EXISTS {TABLE}", []),
        (f"CREATE TABLE {TABLE} (made_at text NOT NULL)", []),
        (f"INSERT INTO {TABLE} (made_at) VALUES (%s)", [made_at.isoformat()]),  # noqa: S608
    ]


def read() -> datetime | None:
    """Return when the backup was made that was put back and waits, or None."""
    if TABLE not in connection.introspection.table_names():
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT made_at FROM {TABLE}")  # noqa: S608
        row = cursor.fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def remove() -> None:
    """Take the marker away."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
