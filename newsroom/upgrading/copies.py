"""A copy of the database beside it, made while nobody writes, for the way back."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from newsroom.offers import offered

FOLDER = "upgrade"  # in DATA_DIR
NAME = "database-before"
KEYS = "keys-before.json"  # what was there when putting back began
KEPT = 3 * 24 * 3600  # seconds


def path() -> Path:
    """Return where the copy lies."""
    return Path(settings.DATA_DIR) / FOLDER / NAME


def is_possible() -> bool:
    """Return whether this machine can copy its database."""
    return connection.vendor == "sqlite" or bool(shutil.which("pg_dump") and shutil.which("psql"))


def size() -> int:
    """Return about how many bytes a copy takes."""
    if connection.vendor == "sqlite":
        with suppress(FileNotFoundError):
            return Path(settings.DATABASES["default"]["NAME"]).stat().st_size
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def make() -> None:
    """Copy the database; raises CommandError where that fails."""
    path().parent.mkdir(exist_ok=True)
    draft = path().with_suffix(".new")
    draft.unlink(missing_ok=True)
    path().with_name(KEYS).unlink(missing_ok=True)
    try:
        _write(draft)
        draft.replace(path())
    finally:
        draft.unlink(missing_ok=True)  # on a disk that it has filled nobody could write


def _write(draft: Path) -> None:
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as whole,
            closing(sqlite3.connect(draft)) as copy,
        ):
            whole.backup(copy)
    else:
        _run(["pg_dump", "--no-owner", "--file", str(draft), *_where()])


def put_back() -> None:
    """Let the database be as it was when the copy was made; raises CommandError where that fails."""
    if not path().is_file():
        raise CommandError(f"The copy {path()} is gone.")
    if connection.vendor == "sqlite":
        connection.close()
        with (
            closing(sqlite3.connect(path())) as copy,
            closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as whole,
        ):
            copy.backup(whole)
        return
    ours = [connection.ops.quote_name(name) for name in connection.introspection.table_names()]
    drop = f"DROP TABLE IF EXISTS {', '.join(ours)} CASCADE; {_drop_functions()}"
    connection.close()
    _run(["psql", "-q", "-X", "-1", "-v", "ON_ERROR_STOP=1", "-c", drop, "-f", str(path()), *_where()])


def _drop_functions() -> str:
    """Return the statements that drop our functions, which the copy makes anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'DROP FUNCTION ' || oid::regprocedure || ' CASCADE;' FROM pg_proc "
            "WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS "
            "(SELECT 1 FROM pg_depend WHERE pg_depend.objid = pg_proc.oid AND deptype = 'e')"
        )
        return " ".join(statement for (statement,) in cursor.fetchall())


def forget() -> None:
    """Delete the copy."""
    shutil.rmtree(path().parent, ignore_errors=True)


def forget_old() -> None:
    """Delete the copy once it is older than KEPT: it holds whoever was erased since."""
    with suppress(FileNotFoundError):
        if time.time() - path().stat().st_mtime > KEPT:
            forget()


def _where() -> list[str]:
    """Return how PostgreSQL's programs find the database; the password is passed beside."""
    values = connection.settings_dict
    pairs = {"-h": values["HOST"], "-p": values["PORT"], "-U": values["USER"], "-d": values["NAME"]}
    return [word for name, value in pairs.items() if value for word in (name, str(value))]


def _run(command: list[str]) -> None:
    password = {"PGPASSWORD": str(connection.settings_dict["PASSWORD"])}
    tls = connection.settings_dict["OPTIONS"].get("sslmode")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        command,
        env=os.environ | password | ({"PGSSLMODE": tls} if tls else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise CommandError(f"{command[0]}: {lines[-1]}")


def what_was_there() -> dict[str, list[str]]:
    """Return the primary keys, by the label of their model, of rows that once deleted stay deleted.

    They are those of when putting back began: it may have been killed since, and in the copy there are more.
    """
    noted = path().with_name(KEYS)
    if not noted.is_file():
        found = {
            model._meta.label: [str(key) for key in model._base_manager.values_list("pk", flat=True)]
            for model in offered("rows_that_stay_gone")
        }
        draft = noted.with_suffix(".new")
        draft.write_text(json.dumps(found))
        draft.replace(noted)
    kept: dict[str, list[str]] = json.loads(noted.read_text())
    return kept


def erase_again(kept: dict[str, list[str]]) -> int:
    """Delete the rows of these models whose keys are not among those; return how many.

    The models are those of the release that the copy was made by: its tables may differ from ours.
    """
    loader = MigrationLoader(connection)
    state = loader.project_state(
        [name for name in loader.applied_migrations or {} if name in loader.graph.nodes]
    )
    gone = 0
    for label, keys in kept.items():
        with suppress(LookupError):
            model = state.apps.get_model(label)
            there = {str(key): key for key in model._base_manager.values_list("pk", flat=True)}
            for key in there.keys() - set(keys):
                gone += bool(model._base_manager.filter(pk=there[key]).delete()[0])
    return gone
