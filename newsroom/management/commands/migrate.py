"""`manage.py migrate`, which leaves a database of another version unchanged."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from newsroom import lineage


class Command(Migrate):
    """Django's own command, after a check of the database's version."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; raises CommandError where another version made the database."""
        lineage.require_own_database()
        super().handle(*args, **options)
