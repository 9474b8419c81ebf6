"""The folder in DATA_DIR where a backup is unpacked, and the list of files that have to be put in place from it."""

import json
import os
import shutil
from pathlib import Path

from django.conf import settings

from .. import files
from ..files import Beat
from ..refused import Refused

LIST = "files.json"
ELSEWHERE = (
    "The files of the backup that was put back are not in {folder}: run `manage.py restore --continue` on the machine "
    "where it began, or put the backup back once more by `manage.py restore FILE`."
)


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


def write_list(uid: str, names: list[str]) -> None:
    """Write down which files the site has from a backup on, so that this can go on after an interruption."""
    unfinished = folder() / f".{LIST}"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump({"of": uid, "names": names}, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder() / LIST)


def put_files_in_place(uid: str, beat: Beat) -> None:
    """Move the files of this backup to where the site keeps them, and delete all others.

    It can be interrupted and called again. Raises Refused where they are not unpacked here.
    """
    listed = folder() / LIST
    told = json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else {"of": ""}
    if told["of"] != uid:
        raise Refused(ELSEWHERE.format(folder=folder()))
    for name in told["names"]:
        unpacked = folder() / name
        if unpacked.is_file():
            files.put(name, unpacked)
        beat()
    files.remove_others(set(told["names"]))
