"""Where the ledger lies: beside the backups, not inside them; without backups in DATA_DIR."""

import fcntl
import hashlib
import os
import re
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone

FOLDER = "erasures"
NAME = re.compile(r"(\d{4}-\d{2})-[0-9a-f]{12}\.jsonl")


class Place(Protocol):
    """Keeps lines; each of its methods raises OSError where the place can't be reached."""

    def append(self, lines: list[str]) -> None:
        """Keep these lines; they are safe when it returns."""

    def lines(self, since: datetime) -> Iterator[str]:
        """Yield the lines of the months since then."""

    def prune(self, before: datetime) -> int:
        """Delete the months that were over by then; return how many files went."""


class FolderPlace:
    """Files in a folder: one a month and machine, so that machines never write into the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def append(self, lines: list[str]) -> None:
        """Append the lines under a lock, and wait until the disk has them."""
        is_new = not self.folder.is_dir()
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _name_now()).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            text = "".join(lines)
            # A line that a crash cut must not swallow the next one.
            file.write(f"\n{text}".encode() if self._is_cut(file.name) else text.encode())
            file.flush()
            os.fsync(file.fileno())
        for folder in (self.folder, self.folder.parent) if is_new else (self.folder,):
            _sync(folder)

    def _is_cut(self, path: str) -> bool:
        """Return whether the last line has no end."""
        with Path(path).open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"

    def lines(self, since: datetime) -> Iterator[str]:
        """Yield the lines of the months since then; raises OSError where there is no ledger."""
        if not self.folder.is_dir():
            raise FileNotFoundError(self.folder)
        for path in self._files():
            if path.name[:7] >= f"{since:%Y-%m}":
                yield from path.read_text(encoding="utf-8", errors="replace").splitlines()

    def prune(self, before: datetime) -> int:
        """Delete the months that were over by then; return how many files went."""
        old = [path for path in self._files() if path.name[:7] < f"{before:%Y-%m}"]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _files(self) -> list[Path]:
        found = self.folder.glob("*.jsonl") if self.folder.is_dir() else []
        return sorted(path for path in found if NAME.fullmatch(path.name))


def _name_now() -> str:
    machine = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12]
    return f"{timezone.now():%Y-%m}-{machine}.jsonl"


def _sync(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def place() -> Place:
    """Return the place beside the backups, or the one in DATA_DIR where no backups are made."""
    where = str(getattr(settings, "BACKUP_TO", "") or "")
    return FolderPlace(Path(where.removeprefix("file://") or settings.DATA_DIR))
