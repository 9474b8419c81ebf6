"""Gives back the database as it was made, after a test that commits.

Django empties every table and makes content types, permissions and roles anew, which takes a tenth of a second on
SQLite and twice that on PostgreSQL. Here only what a test has changed is put back.
"""

import sqlite3

from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.utils import DatabaseError
from django.test import TransactionTestCase

from newsroom.signin import appendonly

TABLES = """SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relname <> 'django_migrations'
    AND relnamespace = current_schema()::regnamespace"""
django_empties = TransactionTestCase._fixture_teardown


def put_back_what_is_here():
    """Let tests that commit leave the database of this process as it is now."""
    connection = connections["default"]
    as_it_was = (FirstRows if connection.vendor == "postgresql" else FirstFile)(connection)

    def put_back(self):
        try:
            as_it_was.put_back(connections["default"])
        except (DatabaseError, sqlite3.Error):  # somebody still reads it
            appendonly.drop("default")  # the flush lays it anew
            django_empties(self)
        ContentType.objects.clear_cache()

    TransactionTestCase._fixture_teardown = put_back


class FirstFile:
    """A database of SQLite in memory as it was at first."""

    def __init__(self, connection):
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)
        connection.ensure_connection()
        connection.connection.backup(self.kept)

    def put_back(self, connection):
        """Put it back; one in a file is that of a single test."""
        if connection.is_in_memory_db():
            connection.ensure_connection()
            self.kept.backup(connection.connection)


class FirstRows:
    """The rows with which the tables of a database of PostgreSQL began."""

    def __init__(self, connection):
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            self.kept = {table: read(cursor, table) for (table,) in cursor.fetchall()}
        self.full = " UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in self.kept)

    def put_back(self, connection):
        """Put back the rows of the tables that hold others now."""
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(self.full)
            full = {table for (table,) in cursor.fetchall()}
            changed = [
                table
                for table, rows in self.kept.items()
                if (rows or table in full) and (not rows or read(cursor, table) != rows)
            ]
            for table in changed:
                # The log of sign-ins refuses to be deleted row by row.
                cursor.execute(f"{'TRUNCATE' if table == appendonly.TABLE else 'DELETE FROM'} {table}")
            for table in filter(self.kept.get, changed):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(self.kept[table])


def read(cursor, table):
    """Return all rows of a table as COPY writes them."""
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)
