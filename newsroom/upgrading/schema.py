"""What a change of version means to the database: which migrations run, and what undoing them would lose."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder

from . import migrating, rendering
from .rendering import Name, Plan

# Operations after whose undoing the former version finds everything that it had. A list of what may be undone, never
# of what may not: what is not named here has the copy put back.
UNDOABLE = (
    operations.CreateModel,
    operations.AddField,
    operations.AlterField,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.AddConstraint,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.RenameField,
    operations.RenameModel,
)
# Which write every row of a table anew on PostgreSQL, or may; SQLite copies a table for nearly every change.
REWRITING = (operations.AlterField, operations.RunPython, operations.RunSQL)
LARGE = 50_000  # rows


def applied() -> list[Name]:
    """Return the migrations that the database records, in order of their names."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def plan_forward() -> Plan:
    """Return how to come to the migrations of this code; raises what Django raises where their order is broken."""
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def pending() -> list[Migration]:
    """Return the migrations of this code that the database lacks, in the order in which they run."""
    return [one for one, _backwards in plan_forward()]


def is_undoable(migration: Migration) -> bool:
    """Return whether undoing the migration gives back the former tables with all that they held."""
    return all(
        isinstance(one, UNDOABLE)
        or (isinstance(one, operations.RunPython | operations.RunSQL) and one.reversible)
        for one in migration.operations
    )


def slow_tables(migrations: Iterable[Migration]) -> list[str]:
    """Return the large tables of the apps of which a migration may write every row anew."""
    labels = {
        one.app_label
        for one in migrations
        if connection.vendor == "sqlite" or any(isinstance(each, REWRITING) for each in one.operations)
    }
    there = set(connection.introspection.table_names())
    found = []
    for model in _models_of(labels):
        table = model._meta.db_table
        if table in there and model._default_manager.order_by()[:LARGE].count() >= LARGE:
            found.append(table)
    return sorted(found)


def _models_of(labels: Iterable[str]) -> Iterator[type[models.Model]]:
    from django.apps import apps

    for label in sorted(labels):
        yield from apps.get_app_config(label).get_models()


def plan_back(before: Sequence[Sequence[str]]) -> Plan:
    """Return how to come back to the migrations that were applied before, the newest first."""
    kept = {tuple(name) for name in before}
    executor = MigrationExecutor(connection)
    everything = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    recorded = executor.loader.applied_migrations
    return [
        (one, True)
        for one, _backwards in reversed(everything)
        if (one.app_label, one.name) in recorded and (one.app_label, one.name) not in kept
    ]


def _executor() -> MigrationExecutor:
    """Return what runs migrations, and leaves nothing open for the next one."""

    def settle(action: str, migration: Migration | None = None, fake: bool | None = False, /) -> None:
        if action in {"apply_success", "unapply_success"}:
            migrating.settle_constraints(connection)

    return MigrationExecutor(connection, settle)


def migrate() -> None:
    """Run the migrations that the database lacks as `manage.py migrate` does, within the caller's transaction."""
    found = rendering.rendered(plan_forward())
    if not found:
        return
    plan: Plan = [(one, False) for one in found]
    before, after = found[0].before.apps, found[-1].after.apps
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=connection.alias, apps=before, plan=plan)
    executor = _executor()
    executor.recorder.ensure_schema()
    for one in found:
        executor.apply_migration(one.before, one)
    executor.check_replacements()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias, apps=after, plan=plan)


def undo(plan: Plan, say: migrating.Say) -> None:
    """Undo the migrations, all or none; raises what the database raises."""
    with migrating.alone(connection.alias, say), migrating.all_or_nothing(connection):
        found = rendering.rendered(plan)
        # As the command does: what would stand in the way of a migration makes room.
        emit_pre_migrate_signal(
            verbosity=0, interactive=False, db=connection.alias, plan=[(one, True) for one in reversed(found)]
        )
        executor = _executor()
        for one in reversed(found):
            executor.unapply_migration(one.before, one)


def held_only_here(plan: Plan) -> list[str]:
    """Return what undoing the migrations loses, as lines such as "3 backup runs": rows and values without a place."""
    state = MigrationExecutor(connection).loader.project_state()
    there = set(connection.introspection.table_names())
    lines = []
    for migration, _backwards in plan:
        for one in migration.operations:
            line = _held_by(one, migration.app_label, state.apps, there)
            if line:
                lines.append(line)
    return lines


# Any: the registry of a state of migrations, for which Django has no type.
def _held_by(one: Operation, label: str, registry: Any, there: set[str]) -> str:
    try:
        if isinstance(one, operations.CreateModel):
            model = registry.get_model(label, one.name)
            count = model.objects.count() if model._meta.db_table in there else 0
            return f"{count} {model._meta.verbose_name_plural}" if count else ""
        if isinstance(one, operations.AddField):
            model = registry.get_model(label, one.model_name)
            field = model._meta.get_field(one.name)
            count = _filled(model, field)
            what = f"{field.verbose_name} of {count} {model._meta.verbose_name_plural}"
            return what if count else ""
    except LookupError:  # a later migration has removed it
        return ""
    return ""


def _filled(model: Any, field: Any) -> int:  # Any: of a state of migrations
    """Return how many rows hold another value than the one that every row got."""
    if field.many_to_many:
        return int(field.remote_field.through.objects.count())
    if not field.concrete:
        return 0
    rows = model.objects.exclude(**{f"{field.name}__isnull": True}) if field.null else model.objects.all()
    default = field.get_default()
    if default is not None and not callable(field.default):
        rows = rows.exclude(**{field.name: default})
    return int(rows.count())
