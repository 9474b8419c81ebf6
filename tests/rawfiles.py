"""What lies in the files of the database, whatever its tables say."""

from pathlib import Path

import pytest
from django.db import connection


def on_disk(*models):
    """Return the raw bytes of the database: file and journal, or the files of these tables and their indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA database_list")
            path = Path(cursor.fetchone()[2])
            return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("The role of the tests may not read the files of PostgreSQL.")
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "WITH tables AS (SELECT oid, reltoastrelid FROM pg_class WHERE relname = ANY(%s)) "
            "SELECT oid::regclass FROM tables UNION SELECT reltoastrelid::regclass FROM tables "
            "WHERE reltoastrelid <> 0 UNION SELECT indexrelid::regclass FROM pg_index "
            "JOIN tables ON oid = indrelid",
            [[model._meta.db_table for model in models]],
        )
        found = b""
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s))", [name])
            found += bytes(cursor.fetchone()[0])
        return found
