"""Whether the database answers, with the migrations of this code."""

import time
from pathlib import Path
from urllib.parse import unquote

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .commands import here
from .conditions import Condition

LONGEST = 200  # characters of what a driver says
MISSING = ("no such table", "no such column")  # as SQLite says it
UNDEFINED = {"42P01", "42703"}  # PostgreSQL's codes for the same
FULL = {"SQLITE_FULL", "53100"}

_newest: set[tuple[str, str]] | None = None


def missing_migrations() -> list[tuple[str, str]]:
    """Return the newest migration of each app that the database lacks; raises DatabaseError."""
    global _newest
    if _newest is None:
        _newest = set(MigrationLoader(None).graph.leaf_nodes())
    return sorted(_newest - set(MigrationRecorder(connection).applied_migrations()))


def lack() -> str:
    """Return in one line that migrations are missing, or ""; raises DatabaseError."""
    missing = missing_migrations()
    return here(f"{_counted(len(missing))} Run `manage.py migrate` first.") if missing else ""


def _counted(number: int) -> str:
    text = ngettext("%(count)s migration is missing.", "%(count)s migrations are missing.", number)
    return text % {"count": number}


def in_one_line(error: DatabaseError) -> str:
    """Return why a command can't use the database, or "" where it is a fault of ours."""
    words, code = " ".join(str(error).split()), code_of(error)
    if words.startswith(MISSING) or code in UNDEFINED:
        return lack()
    if code in FULL:
        return "The disk of the database is full: make room there, and run this again."
    if isinstance(error, OperationalError):
        return f"The database can't be reached: {words}"
    return ""


def code_of(error: DatabaseError | InterfaceError) -> str:
    """Return the database's own code, SQLite's as a name, or ""; it holds no value of a row."""
    cause = error.__cause__
    return str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "")


def sqlite_file() -> Path | None:
    """Return where the file of SQLite lies or would lie, None without one; it may be named by an address (mode=rw)."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name == ":memory:" or "mode=memory" in name:
        return None
    return Path(unquote(name.removeprefix("file:").partition("?")[0]) if name.startswith("file:") else name)


def _not_made(file: Path) -> Condition:
    return Condition(
        "database",
        _("There is none: %(file)s does not exist.") % {"file": file},
        _(
            "For a new site run `manage.py migrate`, then `manage.py init_site`. "
            "Where there was one, look at DATA_DIR, or put a backup back."
        ),
    )


def answers() -> Condition:
    """Return whether the database answers and has all migrations."""
    began = time.monotonic()
    try:
        missing = missing_migrations()
    except (DatabaseError, InterfaceError) as error:
        file = sqlite_file()
        if file is not None and not file.exists():
            return _not_made(file)
        reason = code_of(error) or type(error).__name__
        if (
            connection.connection is None
        ):  # of a statement the words can hold values, of a connection they help
            reason = " ".join(str(error).split())[:LONGEST] or reason
        return Condition(
            "database",
            _("It can’t be reached, so no page can be served (%(reason)s).") % {"reason": reason},
            _("Start it, or look at DATABASE_URL and at the network. Nothing else has to be restarted."),
        )
    if missing:
        return Condition("database", _counted(len(missing)), _("Run `manage.py migrate`."))
    took = round((time.monotonic() - began) * 1000)
    note = _("%(kind)s, answered in %(took)s ms") % {"kind": connection.display_name, "took": took}
    return Condition("database", note=note)
