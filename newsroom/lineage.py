"""Checks by the names of recorded migrations that the database was made by this version of the code."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from newsroom.upgrading import copies
from newsroom.upgrading.journal import PUTTING_BACK, Journal


def unknown_migrations() -> list[tuple[str, str]]:
    """Return the recorded migrations of our own apps that this code does not have; raises DatabaseError."""
    libraries = settings.BASE_DIR / ".venv"  # below BASE_DIR, and not ours
    folders = {config.label: Path(config.path) for config in apps.get_app_configs()}
    ours = {
        label
        for label, folder in folders.items()
        if folder.is_relative_to(settings.BASE_DIR) and not folder.is_relative_to(libraries)
    }
    known = set(MigrationLoader(None).disk_migrations)
    recorded = MigrationRecorder(connection).applied_migrations()
    return sorted(name for name in recorded if name[0] in ours and name not in known)


def require_own_database() -> None:
    """Raise CommandError, in one line that says what to do, where another version made the database.

    Also where a copy of it was being put back, and what was erased since is not erased again.
    """
    last = Journal.last()
    if last and last.phase == PUTTING_BACK and copies.path().is_file():
        raise CommandError(
            "`manage.py upgrade --back` has ended before its time: run it once more. Nothing is served before. "
            f"Where that fails, delete {copies.path()} and put a backup back."
        )
    unknown = unknown_migrations()
    if unknown:
        app, name = unknown[0]
        raise CommandError(
            f"Another version of Newsroom made this database (it records {app}.{name}, which this one does not know). "
            "Go on with that version, or set another DATA_DIR or DATABASE_URL to begin anew. Nothing was changed."
        )
