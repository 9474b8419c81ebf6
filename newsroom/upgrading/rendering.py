"""Migrations with the models as they are around each operation, rendered before anybody has to wait for them.

Rendering is most of what migrations take on a site of ours, and needs no more of the database than what was applied.
"""

from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache

from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

type Name = tuple[str, str]  # app and name of a migration
type Step = tuple[Operation, ProjectState, ProjectState]  # with the models before and after it
type Plan = list[tuple[Migration, bool]]  # with whether it is undone


def _make_whole(state: ProjectState) -> None:
    """Render every model that Django has put off, as it does for code of a migration."""
    state.clear_delayed_apps_cache()
    state.is_delayed = False
    _ = state.apps


class Rendered(Migration):
    """A migration with the models before and after each of its operations."""

    def __init__(self, migration: Migration, before: ProjectState) -> None:
        super().__init__(migration.name, migration.app_label)
        for name in ("operations", "atomic", "replaces"):
            setattr(self, name, getattr(migration, name))
        self.before = before
        self.steps: list[Step] = []
        self._render()

    @property
    def after(self) -> ProjectState:
        """Return the models after it."""
        return self.steps[-1][2] if self.steps else self.before

    def _render(self) -> None:
        """Render the models, unless that was done for these operations."""
        if [one for one, _before, _after in self.steps] == self.operations:
            return
        state, self.steps = self.before, []
        for one in self.operations:
            if isinstance(one, operations.RunPython):
                _make_whole(state)
            after = state.clone()
            one.state_forwards(self.app_label, after)
            _ = after.apps
            self.steps.append((one, state, after))
            state = after

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Run the operations; return the models after them."""
        self._render()  # whoever hears that migrations begin may have added an operation
        for one, before, after in self.steps:
            with self._transaction(one, schema_editor):
                one.database_forwards(self.app_label, schema_editor, before, after)
        return self.after

    def unapply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Undo the operations, the last one first; return the models before them."""
        self._render()
        for one, before, after in reversed(self.steps):
            with self._transaction(one, schema_editor):
                one.database_backwards(self.app_label, schema_editor, after, before)
        return self.before

    def _transaction(
        self, operation: Operation, schema_editor: BaseDatabaseSchemaEditor
    ) -> AbstractContextManager[object]:
        """Return the transaction that an operation has for itself where its migration has none, as in Django."""
        if not schema_editor.atomic_migration and (
            operation.atomic or (self.atomic and operation.atomic is not False)
        ):
            return transaction.atomic(schema_editor.connection.alias)
        return nullcontext()


def rendered(plan: Plan) -> list[Rendered]:
    """Return the migrations of a plan, in the order in which they run forwards.

    Those of the last call are returned again, as long as the database has the same migrations.
    """
    order = plan if not any(backwards for _one, backwards in plan) else reversed(plan)
    names = tuple((one.app_label, one.name) for one, _backwards in order)
    return _rendered(names, tuple(sorted(MigrationRecorder(connection).applied_migrations())))


@lru_cache(maxsize=1)
def _rendered(names: tuple[Name, ...], _applied: tuple[Name, ...]) -> list[Rendered]:
    loader = MigrationLoader(connection)
    others = [
        one for one in loader.applied_migrations or {} if one not in names and one in loader.graph.nodes
    ]
    state = loader.project_state(others)
    _make_whole(state)
    found = []
    for name in names:
        found.append(Rendered(loader.graph.nodes[name], state))
        state = found[-1].after
    _make_whole(state)
    return found
