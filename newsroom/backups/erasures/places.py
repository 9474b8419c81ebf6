"""Where the ledger lies: beside the backups, not inside them; without backups in DATA_DIR."""

import copy
import fcntl
import hashlib
import os
import re
import socket
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from newsroom.backups.keeping import owner
from newsroom.backups.keeping.buckets import bucket_of, said_as_oserror

FOLDER = "erasures"
PATIENCE = 5  # seconds without a byte of a bucket: whoever asked for the erasure waits
MARKS = "complete-since"  # a file, or in a bucket a folder
NEEDED_BY_NOBODY = timedelta(days=400)  # old: no site keeps backups for so long
NAME = re.compile(r"(\d{4}-\d{2})-[0-9a-f]{12}\.jsonl")


class Place(Protocol):
    """Keeps lines; each of its methods raises OSError where the place can't be reached."""

    def begin(self) -> None:
        """Begin an empty ledger where there is none, so that one that is lost is not taken for an empty one."""

    def append(self, lines: list[str]) -> None:
        """Keep these lines; they are safe when it returns."""

    def lines(self, since: datetime) -> Iterator[str]:
        """Yield the lines of the months since then."""

    def mark(self, line: str) -> None:
        """Keep a line that says since when nothing is missing; no pruning takes it."""

    def marks(self) -> list[str]:
        """Return the lines that mark() kept."""

    def prune(self, before: datetime) -> int:
        """Delete the months that were over by then; return how many files went."""


class FolderPlace:
    """Files in a folder: one a month and machine, so that machines never write into the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def of(self, site: str) -> "FolderPlace":
        """Return the place of one site."""
        return FolderPlace(self.folder.parent / site)

    def begin(self) -> None:
        """Make the folder."""
        if not self.folder.is_dir():
            self.append([])

    def append(self, lines: list[str]) -> None:
        """Append the lines under a lock, and wait until the disk has them."""
        self._append(_name_now(), lines)

    def mark(self, line: str) -> None:
        """Append a line to the file that says since when nothing is missing."""
        self._append(MARKS, [line])

    def marks(self) -> list[str]:
        """Return the lines of that file."""
        path = self.folder / MARKS
        return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []

    def _append(self, name: str, lines: list[str]) -> None:
        is_new = not self.folder.is_dir()
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("ab") as file:
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


class BucketPlace:
    """Objects in the bucket of the backups, one for each write."""

    def __init__(self, options: dict[str, Any]) -> None:  # of django-storages
        self._bucket, prefix = bucket_of(options, PATIENCE)
        self._prefix = f"{prefix}{FOLDER}/"

    def of(self, site: str) -> "BucketPlace":
        """Return the place of one site."""
        own = copy.copy(self)
        own._prefix = f"{self._prefix.removesuffix(f'{FOLDER}/')}{site}/{FOLDER}/"
        return own

    def begin(self) -> None:
        """Write an empty object where there is none."""
        with said_as_oserror():
            has_begun = any(True for _one in self._listed().limit(1))
        if not has_begun:
            self.append([])

    def append(self, lines: list[str]) -> None:
        """Write an object with these lines."""
        self._put(f"{timezone.now():%Y-%m}", lines)

    def mark(self, line: str) -> None:
        """Write an object with the line that says since when nothing is missing."""
        self._put(MARKS, [line])

    def marks(self) -> list[str]:
        """Return the lines of those objects."""
        with said_as_oserror():
            found = self._bucket.objects.filter(Prefix=f"{self._prefix}{MARKS}/")
            return [one.get()["Body"].read().decode("utf-8", errors="replace") for one in found]

    def _put(self, part: str, lines: list[str]) -> None:
        key = f"{self._prefix}{part}/{timezone.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex}.jsonl"
        with said_as_oserror():
            self._bucket.put_object(Key=key, Body="".join(lines).encode())

    def lines(self, since: datetime) -> Iterator[str]:
        """Yield the lines of the months since then; raises OSError where there is no ledger."""
        found = False
        with said_as_oserror():
            for one in self._listed():
                found = True
                if self._month(one.key) >= f"{since:%Y-%m}":
                    text = one.get()["Body"].read().decode("utf-8", errors="replace")
                    yield from text.splitlines()
        if not found:
            raise FileNotFoundError("no ledger in the bucket")

    def prune(self, before: datetime) -> int:
        """Delete the objects of months that were over by then; return how many."""
        count = 0
        with said_as_oserror():
            for one in self._listed():
                if self._month(one.key) < f"{before:%Y-%m}":
                    one.delete()
                    count += 1
        return count

    def _listed(self) -> Any:
        return self._bucket.objects.filter(Prefix=f"{self._prefix}2")  # the months, not the marks

    def _month(self, key: str) -> str:
        return key.removeprefix(self._prefix)[:7]


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


class Own:
    """The ledger of this site, and the one from before each site had its own: that one is read, and not written."""

    def __init__(self, own: Place, former: Place) -> None:
        self.own, self.former = own, former

    def begin(self) -> None:
        """Begin an empty ledger where there is none."""
        self.own.begin()

    def append(self, lines: list[str]) -> None:
        """Keep these lines."""
        self.own.append(lines)

    def lines(self, since: datetime) -> Iterator[str]:
        """Yield the lines of both; raises OSError where there is neither."""
        found = False
        for place in (self.former, self.own):
            with suppress(FileNotFoundError):
                yield from place.lines(since)
                found = True
        if not found:
            raise FileNotFoundError("there is no ledger")

    def mark(self, line: str) -> None:
        """Keep a line that says since when nothing is missing."""
        self.own.mark(line)

    def marks(self) -> list[str]:
        """Return the marks of both."""
        return [*self.former.marks(), *self.own.marks()]

    def prune(self, before: datetime) -> int:
        """Delete the months that were over by then; of the former one those that no site needs."""
        return self.own.prune(before) + self.former.prune(min(before, timezone.now() - NEEDED_BY_NOBODY))


def place() -> Place:
    """Return the place beside this site's backups, or the one in DATA_DIR where no backups are made."""
    if settings.BACKUP_BUCKET:
        in_bucket = BucketPlace(settings.BACKUP_BUCKET)
        return Own(in_bucket.of(owner.name()), in_bucket)
    if not settings.BACKUP_TO:
        return FolderPlace(Path(settings.DATA_DIR))
    in_folder = FolderPlace(Path(settings.BACKUP_TO.removeprefix("file://")))
    return Own(in_folder.of(owner.name()), in_folder)
