"""Lays the triggers that raise the content version, in the transaction of every change to what visitors see.

So bulk updates, loaddata and SQL of other programs count, too. A migration would break them: SQLite drops them with a
table that it makes anew, PostgreSQL refuses to alter a column that one names. So they go before migrations run, and are
laid anew afterwards.
"""

import hashlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import postgresql, public, sqlite
from .models import ContentVersion

PREFIX = "content_"

type Names = tuple[str, str]  # of a table and a trigger on it


def _kind_of(connection: BaseDatabaseWrapper) -> ModuleType:
    """Return the module that knows triggers in the database of this connection."""
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def _expected(connection: BaseDatabaseWrapper) -> dict[Names, str]:
    """Return the statement that makes each trigger; its name holds a digest of it, so that an old one shows."""
    kind = _kind_of(connection)
    with connection.cursor() as cursor:
        cursor.execute(kind.COLUMNS)
        there = set(cursor.fetchall())
    functions = "".join(kind.FUNCTIONS.values())

    def found() -> Iterator[tuple[str, str, str]]:
        for table in public.tables():
            known = tuple(column for column in table.columns if (table.name, column) in there)
            if known:  # a table that migrations have not made yet has none
                hidden = table.hidden if "state" in known else ()
                for word, statement in kind.statements(table._replace(columns=known, hidden=hidden)):
                    yield table.name, word, statement
        yield from kind.own_statements()

    named: dict[Names, str] = {}
    for table, word, statement in found():
        digest = hashlib.sha256((functions + statement).encode()).hexdigest()[:8]
        name = f"{PREFIX}{word}_{digest}"
        named[table, name] = statement % f'"{name}"'
    return named


def _present(connection: BaseDatabaseWrapper) -> set[Names]:
    with connection.cursor() as cursor:
        cursor.execute(_kind_of(connection).PRESENT)
        return set(cursor.fetchall())


def missing(database: str = "default") -> list[str]:
    """Return the tables whose changes would not raise the content version as they should."""
    connection = connections[database]
    return sorted({table for table, _name in _expected(connection).keys() - _present(connection)})


def lay(database: str = "default", *, keeps_others: bool = False) -> bool:
    """Let the database have the triggers that it should have; return whether it had not, and raise then.

    Others of ours are dropped, unless they may be of a newer version that another machine runs.
    """
    connection = connections[database]
    kind = _kind_of(connection)
    expected = _expected(connection)
    present = _present(connection)
    if expected.keys() == present or (keeps_others and expected.keys() <= present):
        return False
    with transaction.atomic(using=database), connection.cursor() as cursor:
        if kind.LOCK:
            cursor.execute(kind.LOCK)
        present = _present(connection)
        kind.prepare(cursor)
        for table, name in [] if keeps_others else sorted(present - expected.keys()):
            cursor.execute(kind.drop(table, name))
        for names in sorted(expected.keys() - present):
            cursor.execute(expected[names])
        kind.raise_now(cursor)
    return True


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop all triggers; nothing raises the version until they are laid anew."""
    kind = _kind_of(connection)
    with connection.cursor() as cursor:
        for table, name in sorted(_present(connection)):
            cursor.execute(kind.drop(table, name))
        kind.forget(cursor)


# Any, here and below: what Django's signals send.
def before_migrate(using: str, plan: object = None, **_signal: Any) -> None:
    """Drop the triggers where migrations follow."""
    if plan:
        remove(connections[using])


def after_migrate(using: str, **_signal: Any) -> None:
    """Lay the triggers once the tables are as this code knows them, also after `manage.py flush`."""
    if ContentVersion._meta.db_table in connections[using].introspection.table_names():
        lay(using)
