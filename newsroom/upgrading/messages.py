"""The files in DATA_DIR by which the supervisor and `manage.py upgrade` know of each other."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any

from django.conf import settings

SERVING = "supervisor.json"  # what the supervisor serves: process, release and state
SERVING_LOCK = "supervisor.lock"  # held by the supervisor as long as it lives
ORDER = "changeover.json"  # what the supervisor is asked to do
UPGRADE = "upgrade.json"  # what the last upgrade has done, for the way back
UPGRADE_LOCK = "upgrade.lock"  # held by `manage.py upgrade` as long as it lives

type Message = dict[str, Any]  # as JSON: whatever it can hold


def give_to_owner(path: Path) -> None:
    """Let a file or folder that root made in DATA_DIR belong to the owner of DATA_DIR."""
    if os.geteuid() == 0:
        owner = settings.DATA_DIR.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def write(name: str, **values: object) -> None:
    """Write a message at once: whoever reads finds the former one or this one."""
    path = settings.DATA_DIR / name
    draft = path.with_suffix(f".{os.getpid()}.new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    give_to_owner(draft)
    draft.replace(path)


def read(name: str) -> Message:
    """Return a message; {} where there is none."""
    try:
        message: Message = json.loads((settings.DATA_DIR / name).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return message


def forget(name: str) -> None:
    """Delete a message."""
    (settings.DATA_DIR / name).unlink(missing_ok=True)


def hold(name: str) -> IO[str] | None:
    """Return the locked file, which is free again once this process has ended or closes it; None where it is held."""
    path = settings.DATA_DIR / name
    file = path.open("a")
    give_to_owner(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def is_held(name: str) -> bool:
    """Return whether a living process holds the lock."""
    if not (settings.DATA_DIR / name).exists():
        return False
    file = hold(name)
    if file is None:
        return True
    file.close()
    return False
