"""The folder in DATA_DIR where a backup is unpacked, and the list of files that have to be put in place from it."""

import json
import os
import shutil
from pathlib import Path

from django.conf import settings

from .. import files
from ..files import Beat

LIST = "files.json"


def folder() -> Path:
    """Return the folder; it is on the disk of DATA_DIR, so that renames are enough."""
    return Path(settings.DATA_DIR) / "restore"


def new() -> Path:
    """Return the folder, emptied of what an earlier attempt has left."""
    clear()
    folder().mkdir(parents=True)
    return folder()


def clear() -> None:
    """Delete the folder."""
    shutil.rmtree(folder(), ignore_errors=True)


def write_list(names: list[str]) -> None:
    """Write down which files the site has from now on, so that this can go on after an interruption."""
    unfinished = folder() / f".{LIST}"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(names, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder() / LIST)


def put_files_in_place(beat: Beat) -> int:
    """Move the files of the backup to where the site keeps them, and delete all others; return how many others went.

    It can be interrupted and called again; without a list there is nothing to do.
    """
    listed = folder() / LIST
    if not listed.is_file():
        return 0
    names = json.loads(listed.read_text(encoding="utf-8"))
    for name in names:
        unpacked = folder() / name
        if unpacked.is_file():
            files.put(name, unpacked)
        beat()
    gone = files.remove_others(set(names))
    listed.unlink()
    return gone
