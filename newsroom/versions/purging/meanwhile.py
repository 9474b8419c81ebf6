"""What is saved while a purge runs: writers are waited for, and what waited for the purge is looked for after it."""

import time

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model

from . import places

TURN = 0.5  # seconds in which those who waited for SQLite's only write lock ask for it again


def wait_for_writers() -> None:
    """Let those finish who are writing what a purge deletes, and all others wait until it is done.

    Call it in the transaction of the purge, before anything else. SQLite has one writer at a time anyway. The tables
    are named in the order in which a save writes to them, so that neither waits for the other for ever.
    """
    if connection.vendor == "postgresql":
        models: list[type[Model]] = [*places.redirects(), *places.past(), LogEntry]
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def let_writers_pass() -> None:
    """Let those write who waited; on PostgreSQL their locks stand before the next one of ours."""
    if connection.vendor == "sqlite":
        time.sleep(TURN)
