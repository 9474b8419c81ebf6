"""What `manage.py upgrade` has done by the site's own user, each step in a process of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.core.management import CommandError
from django.db import connection

from newsroom import lineage
from newsroom.backups import settling
from newsroom.offers import offered
from newsroom.staticstorage import collect_static_files
from newsroom.storage import private

from . import copies, journal, migrating, rendering, schema, trial

MOST_NAMES = 20  # titles or dates of one kind

type Say = Callable[[str], None]
type Answer = Mapping[str, object]  # as JSON


def look(say: Say) -> Answer:
    """Return what upgrading to this code means to the database; raises CommandError where it can't be."""
    lineage.require_own_database()
    waiting = schema.pending()
    return {
        "applied": schema.applied(),
        "pending": [f"{one.app_label}.{one.name}" for one in waiting],
        "undoable": all(schema.is_undoable(one) for one in waiting),
        "slow": schema.slow_tables(waiting),
        "can_copy": copies.is_possible(),
        "size": copies.size(),
    }


def prepare(say: Say) -> Answer:
    """Collect the static files of this code beside those that are served."""
    private.close_to_others()
    collect_static_files()
    return {}


def render(say: Say) -> Answer:
    """Render the models for the migrations that the database lacks, before anybody has to wait for them."""
    rendering.rendered(schema.plan_forward())
    return {}


def render_back(say: Say) -> Answer:
    """Render the models for undoing the migrations of the last upgrade."""
    rendering.rendered(schema.plan_back(_last().applied))
    return {}


def copy(say: Say) -> Answer:
    """Copy the database."""
    copies.make()
    return {}


def migrate(say: Say) -> Answer:
    """Migrate and try the pages out in one transaction: where a page fails, the database is as it was."""
    with migrating.alone(connection.alias, say):
        lineage.require_own_database()
        with migrating.all_or_nothing(connection):
            schema.migrate()
            return {"pages": trial.try_out()}


def try_out(say: Say) -> Answer:
    """Ask for the main pages."""
    return {"pages": trial.try_out()}


def _last() -> journal.Journal:
    found = journal.Journal.last()
    if found is None:
        raise CommandError("Nothing was upgraded on this machine: there is no way back.")
    return found


def written_since(moment: datetime) -> list[str]:
    """Return what was written after a moment, a line a kind, with titles or dates and without personal data."""
    lines = []
    for kind, rows_since, name in offered("written_since"):
        rows = rows_since(moment)
        count = rows.count()
        if count:
            names = [name(row) for row in rows[:MOST_NAMES]] if name else []
            more = ["…"] if names and count > MOST_NAMES else []
            lines.append(f"{kind}: {count}" + (f" ({', '.join([*names, *more])})" if names else ""))
    return lines


def weigh(say: Say) -> Answer:
    """Return how the database gets back to the release before, and what either way loses."""
    last = _last()
    plan = schema.plan_back(last.applied)
    since = datetime.fromisoformat(last.at)
    return {
        "changed": bool(plan),
        "undoable": all(schema.is_undoable(one) for one, _backwards in plan),
        "undoing_loses": schema.held_only_here(plan),
        "copied": last.copied and copies.path().is_file(),
        "copy_loses": written_since(since),
    }


def undo(say: Say) -> Answer:
    """Undo the migrations of the last upgrade."""
    schema.undo(schema.plan_back(_last().applied), say)
    return {}


def put_back(say: Say) -> Answer:
    """Put the copy back, without what was erased since."""
    with migrating.alone(connection.alias, say):
        kept = copies.what_was_there()
        copies.put_back()
        copies.erase_again(kept)
    return {}


def settle(say: Say) -> Answer:
    """Pause the worker, and do again what was erased since the copy; it runs with the code of the copy's tables."""
    settling.begin(datetime.fromisoformat(_last().at))
    settling.settle(say, lambda question: True)
    return {}


STEPS: dict[str, Callable[[Say], Answer]] = {
    one.__name__: one
    for one in (look, prepare, render, render_back, copy, migrate, try_out, weigh, undo, put_back, settle)
}
