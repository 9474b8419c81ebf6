"""Takes the addresses of erased readers out of the database's files: the worker does it within minutes."""

from django.apps import apps
from django.db.models import F

from newsletter.readers.models.leftover import Leftover
from newsroom.storage import securedeletion

EVERY = 60  # seconds


def sweep() -> bool:
    """Write the tables anew that have lost addresses; return whether nothing is left in their files."""
    due = list(Leftover.objects.exclude(deletions=F("swept")))
    tables = {model._meta.db_table: model for model in apps.get_app_config("newsletter").get_models()}
    if due and not securedeletion.rewrite([tables[one.table] for one in due if one.table in tables]):
        return False
    for one in due:
        # As many as there were when it began: what was deleted meanwhile asks for the next sweep.
        Leftover.objects.filter(pk=one.pk).update(swept=one.deletions)
    return True
