"""Overwrites the addresses of erased readers in the database's files: a job of the worker."""

from django.apps import apps

from newsletter.readers.models.leftover import Leftover
from newsroom.storage import securedeletion

EVERY = 60  # seconds


def sweep() -> bool:
    """Rewrite the tables from which addresses were deleted; return whether nothing is left in their files."""
    return Leftover.sweep(apps.get_app_config("newsletter").get_models(), securedeletion.rewrite)
