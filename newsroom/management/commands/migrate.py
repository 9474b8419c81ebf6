"""`manage.py migrate`, one at a time, all or nothing, and never on a database of another version."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations import Migration

from newsroom import lineage
from newsroom.upgrading import migrating


class Command(Migrate):
    """Django's own command, after a check of the database's version, under a lock and in one transaction."""

    # Of call_command alone: the caller holds the lock and the transaction.
    stealth_options = ("within",)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; raises CommandError where another version made the database."""
        if options["plan"] or options["check_unapplied"]:
            lineage.require_own_database()
            super().handle(*args, **options)
            return
        self.connection = connections[options["database"]]
        if options.get("within"):
            super().handle(*args, **options)
            return
        with migrating.alone(self.connection.alias, self.tell):
            lineage.require_own_database()
            with migrating.all_or_nothing(self.connection):
                super().handle(*args, **options)

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def migration_progress_callback(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        """Tell how far it is, as Django does, and leave nothing open for the next migration."""
        if action in {"apply_success", "unapply_success"}:
            migrating.settle_constraints(self.connection)
        super().migration_progress_callback(action, migration, fake)
