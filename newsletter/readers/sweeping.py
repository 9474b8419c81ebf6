"""Overwrites the addresses of erased readers in the database's files: a job of the worker."""

from django.apps import apps
from django.db.models import F

from newsletter.readers.models.leftover import Leftover
from newsroom.storage import securedeletion

EVERY = 60  # seconds


def sweep() -> bool:
    """Rewrite the tables from which addresses were deleted; return whether nothing is left in their files."""
    due = list(Leftover.objects.exclude(deletions=F("swept")))
    tables = {model._meta.db_table: model for model in apps.get_app_config("newsletter").get_models()}
    if due and not securedeletion.rewrite([tables[one.table] for one in due if one.table in tables]):
        return False
    for one in due:
        # The count from before the sweep: what was deleted meanwhile needs another one.
        Leftover.objects.filter(pk=one.pk).update(swept=one.deletions)
    return True
