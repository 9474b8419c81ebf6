"""Triggers by which the database itself refuses to change the log of sign-ins, or to delete what is to be kept."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from newsroom.signin.models import SignInEvent

TABLE = SignInEvent._meta.db_table
REFUSED = "the log of sign-ins is append-only"
UNCHANGED, KEPT, FUNCTION = "sign_in_log_unchanged", "sign_in_log_kept", "sign_in_log_refuses"
ONCE = "sign_in_log_once"  # on SQLite alone


def before_migrate(using: str, plan: object = None, **_signal: Any) -> None:
    """Drop the triggers where migrations follow."""
    if plan and TABLE in connections[using].introspection.table_names():
        drop(using)


def after_migrate(using: str, **_signal: Any) -> None:
    """Lay the triggers once the table is as this code knows it, also after `manage.py flush`."""
    if TABLE in connections[using].introspection.table_names():
        lay(using)


def lay(using: str) -> None:
    """Let no line be changed, and none be deleted that is younger than SIGN_IN_LOG_DAYS."""
    days = int(settings.SIGN_IN_LOG_DAYS)
    made = _on_postgresql(days) if connections[using].vendor == "postgresql" else _on_sqlite(days)
    _execute(using, [*_drops(using), *made])


def drop(using: str) -> None:
    """Drop the triggers; the next `manage.py migrate` lays them anew."""
    _execute(using, _drops(using))


def _execute(using: str, statements: list[str]) -> None:
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _drops(using: str) -> list[str]:
    of_table = f" ON {TABLE}" if connections[using].vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {name}{of_table}" for name in (UNCHANGED, KEPT, ONCE)]


def _on_sqlite(days: int) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    yield f"CREATE TRIGGER {UNCHANGED} BEFORE UPDATE ON {TABLE} {refuse}"
    # Times are text in one form, so their order is that of the moments.
    young = f"OLD.at > datetime('now', '-{days} days')"
    yield f"CREATE TRIGGER {KEPT} BEFORE DELETE ON {TABLE} WHEN {young} {refuse}"
    # INSERT OR REPLACE changes a line without any of the two above.
    known = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"  # noqa: S608 - of constants
    yield f"CREATE TRIGGER {ONCE} BEFORE INSERT ON {TABLE} WHEN {known} {refuse}"


def _on_postgresql(days: int) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $body$BEGIN RAISE EXCEPTION '{REFUSED}'; END$body$"
    )
    refuse = f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
    yield f"CREATE TRIGGER {UNCHANGED} BEFORE UPDATE ON {TABLE} {refuse}"
    young = f"FOR EACH ROW WHEN (OLD.at > now() - interval '{days} days')"
    yield f"CREATE TRIGGER {KEPT} BEFORE DELETE ON {TABLE} {young} EXECUTE FUNCTION {FUNCTION}()"
