"""Folders of files that no picture owns, as a crash can leave them, and those that one does."""

from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from newsroom.filestore import identity, removing
from newsroom.outbox import clock

from .files import FOLDER
from .models import Image

ORPHANED_AFTER = timedelta(minutes=15)  # a picture has its row long before


def stored_folders() -> Iterator[tuple[str, str]]:
    """Yield storage and folder of every picture that has files, the newest first."""
    for key in Image.objects.available().order_by("-pk").values_list("storage_key", flat=True).iterator():
        yield "default", f"{FOLDER}/{key}"


def remove_orphans() -> int:
    """Delete the folders that no available picture owns; return their number."""
    try:
        keys, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    if not clock.may_purge() or not identity.is_own_store():
        return 0
    owned = set(Image.objects.available().values_list("storage_key", flat=True))
    owned |= {folder.rpartition("/")[2] for folder in removing.held_in("default")}
    removed = 0
    for key in set(keys) - owned:
        try:
            if _age(key) > ORPHANED_AFTER:
                removing.remove_folder(default_storage, f"{FOLDER}/{key}")
                removed += 1
        except FileNotFoundError:  # somebody else is removing it
            continue
    clock.log_purge("folders of pictures that nobody owns", removed)
    return removed


def _age(key: str) -> timedelta:
    """Return how long nothing was written into a folder of pictures."""
    folder = f"{FOLDER}/{key}"
    names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    newest = max(default_storage.get_modified_time(name) for name in names or [folder])
    return timezone.now() - newest
