"""Whether the database answers, with the migrations of this code."""

import time

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .conditions import Condition

LONGEST = 200  # characters of what a driver says

_newest: set[tuple[str, str]] | None = None


def missing_migrations() -> list[tuple[str, str]]:
    """Return the newest migration of each app that the database lacks; raises DatabaseError."""
    global _newest
    if _newest is None:
        _newest = set(MigrationLoader(None).graph.leaf_nodes())
    return sorted(_newest - set(MigrationRecorder(connection).applied_migrations()))


def answers() -> Condition:
    """Return whether the database answers and has all migrations."""
    began = time.monotonic()
    try:
        missing = missing_migrations()
    except (DatabaseError, InterfaceError) as error:
        cause = getattr(error.__cause__, "sqlite_errorname", None) or getattr(
            error.__cause__, "sqlstate", None
        )
        reason = str(cause or type(error).__name__)
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
        text = ngettext("%(count)s migration is missing.", "%(count)s migrations are missing.", len(missing))
        return Condition("database", text % {"count": len(missing)}, _("Run `manage.py migrate`."))
    took = round((time.monotonic() - began) * 1000)
    note = _("%(kind)s, answered in %(took)s ms") % {"kind": connection.display_name, "took": took}
    return Condition("database", note=note)
