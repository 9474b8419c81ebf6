"""Closes DATA_DIR to the other users of the machine."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
FOLDERS = [
    "cache", "documents", "erasures", "mail", "media", "restore", "scratch", "secrets", "senders", "static",
    "upgrade", "watch",
]  # fmt: skip
FILES = ["machine", "*.json", "*.sqlite3", "*.sqlite3-*", "*.lock", "static*"]


def _ours(data_dir: Path) -> Iterator[Path]:
    """Yield what the site itself has made: DATA_DIR may hold other files, too."""
    yield data_dir
    for pattern in FILES:
        yield from data_dir.glob(pattern)
    for name in FOLDERS:
        for folder, folders, files in os.walk(data_dir / name):
            yield Path(folder)
            yield from (Path(folder) / inner for inner in (*folders, *files))


def close_to_others() -> None:
    """Remove the permissions of group and others from DATA_DIR and what the site has made in it.

    New files have none, by the umask of newsroom.settings; this is for older files, and those restored by hand.
    """
    for path in _ours(settings.DATA_DIR):
        with suppress(OSError):  # it was just deleted, or belongs to another user
            mode = path.lstat().st_mode
            if mode & OF_OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~OF_OTHERS)
