"""The folders that the site itself fills and empties: no backup lies there."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages

from . import files

EMPTIED = ("cache", "restore", "scratch", "static")  # in DATA_DIR


def own_folder_around(path: Path) -> Path | None:
    """Return the folder of the site in which a path lies, or None where it lies in none of them."""
    ours = [Path(settings.DATA_DIR) / name for name in EMPTIED]
    ours += [folder for alias in files.STORES.values() if (folder := files.local_folder(storages[alias]))]
    return next((one for one in ours if path.resolve().is_relative_to(one.resolve())), None)
