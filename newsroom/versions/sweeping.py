"""Takes what was deleted for good out of the files of the database: a job of the worker, and of each restore."""

from django.apps import apps
from django.db import connection, models

from newsroom.storage import securedeletion

from .leftover import Leftover

EVERY = 20  # seconds


def sweep() -> bool:
    """Rewrite the tables that have lost words; return whether nothing is left in their files."""
    if connection.in_atomic_block:
        return False
    return Leftover.sweep(apps.get_models(include_auto_created=True), _rewrite)


def _rewrite(tables: list[type[models.Model]]) -> bool:
    return securedeletion.vacuum() if connection.vendor == "sqlite" else securedeletion.rewrite(tables)


def is_due() -> bool:
    """Return whether the files may still hold words that were deleted."""
    return Leftover.is_due()
