"""Where backups lie: a folder, or a bucket of an S3-compatible service."""

import copy
import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from newsroom.backups import naming
from newsroom.backups.refused import Refused

from .buckets import bucket_of, said_as_oserror

UNFINISHED = "unfinished/"  # prefix in a bucket
PIECE = 1024 * 1024  # bytes
PATIENCE = 60  # seconds without a byte of a bucket

type Beat = Callable[[], None]


class Store(Protocol):
    """Keeps files by name; its methods raise OSError where it can't be reached."""

    @property
    def where(self) -> str:
        """Return in words where it is."""

    def within(self, folder: str) -> "Store":
        """Return the store in a folder of this one."""

    def folders(self) -> list[str]:
        """Return the names of the folders in it."""

    def place_for(self, name: str, folder: Path) -> Path:
        """Return where a new file is written first: in this folder, or in the store itself."""

    def keep(self, path: Path, name: str) -> None:
        """Give a finished file its name; it is safe when this returns."""

    def fetch(self, name: str, folder: Path) -> Path:
        """Return the path of a file, which is brought into this folder where it is not on this machine."""

    def sizes(self) -> dict[str, int]:
        """Return the names of backups and their parts, with their sizes in bytes."""

    def has(self, name: str) -> bool:
        """Return whether a file is there, whatever its name."""

    def delete(self, name: str) -> None:
        """Delete a file."""

    def sweep(self) -> None:
        """Delete what was begun and never finished."""

    def free(self) -> int | None:
        """Return the free bytes, or None where nobody knows."""


class Folder:
    """A folder of this machine, or one that is mounted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def where(self) -> str:
        """Return its path."""
        return str(self.path)

    def within(self, folder: str) -> "Folder":
        """Return the store in a folder of this one."""
        return Folder(self.path / folder)

    def folders(self) -> list[str]:
        """Return the names of the folders in it."""
        return sorted(one.name for one in self.path.iterdir() if one.is_dir()) if self.path.is_dir() else []

    def place_for(self, name: str, folder: Path) -> Path:
        """Return where a new file is written first: beside the finished ones, so that a rename is enough."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / f".{name}.part"

    def keep(self, path: Path, name: str) -> None:
        """Rename the file, and wait until the disk knows."""
        path.replace(self.path / name)
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def fetch(self, name: str, folder: Path) -> Path:
        """Return the path of the file."""
        return self.path / name

    def sizes(self) -> dict[str, int]:
        """Return the names of backups and their parts, with their sizes in bytes."""
        found = {}
        for path in self.path.iterdir() if self.path.is_dir() else ():
            if naming.NAME.fullmatch(path.name):
                with suppress(FileNotFoundError):
                    found[path.name] = path.stat().st_size
        return found

    def has(self, name: str) -> bool:
        """Return whether a file is there, whatever its name."""
        return (self.path / name).is_file()

    def delete(self, name: str) -> None:
        """Delete the file."""
        (self.path / name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what was begun and never finished."""
        for path in self.path.glob(".newsroom-*.tar.part"):
            path.unlink(missing_ok=True)

    def free(self) -> int | None:
        """Return the free bytes of its disk."""
        there = next(path for path in (self.path, *self.path.parents) if path.exists())
        return shutil.disk_usage(there).free


class Bucket:
    """A prefix of a bucket; a file gets its name once it has come back as it was sent."""

    def __init__(self, options: dict[str, Any]) -> None:  # of django-storages
        self._bucket, self._prefix = bucket_of(options, PATIENCE)

    @property
    def where(self) -> str:
        """Return the prefix under which its files lie."""
        return f"{self._bucket.name}/{self._prefix}".rstrip("/")

    def within(self, folder: str) -> "Bucket":
        """Return the store under a longer prefix."""
        inner = copy.copy(self)
        inner._prefix = f"{self._prefix}{folder}/"
        return inner

    def folders(self) -> list[str]:
        """Return what the names of objects have after its prefix, up to the next slash."""
        pages = self._bucket.meta.client.get_paginator("list_objects_v2")
        with said_as_oserror():
            found = list(pages.paginate(Bucket=self._bucket.name, Prefix=self._prefix, Delimiter="/"))
        there = [one["Prefix"] for page in found for one in page.get("CommonPrefixes", [])]
        return [prefix.removeprefix(self._prefix).rstrip("/") for prefix in there]

    def _object(self, name: str) -> Any:
        return self._bucket.Object(f"{self._prefix}{name}")

    def place_for(self, name: str, folder: Path) -> Path:
        """Return where a new file is written first: in the folder."""
        return folder / name

    def keep(self, path: Path, name: str) -> None:
        """Send the file, fetch it again, compare, and give it its name."""
        with said_as_oserror():
            sent = self._object(f"{UNFINISHED}{name}")
            sent.upload_file(str(path))
            back = hashlib.sha256()
            body = sent.get()["Body"]
            while piece := body.read(PIECE):
                back.update(piece)
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").digest() != back.digest():
                    raise Refused(
                        f"{name} came back from the bucket otherwise than it was sent; it was not kept."
                    )
            self._object(name).copy({"Bucket": self._bucket.name, "Key": sent.key})
            sent.delete()
        path.unlink()

    def fetch(self, name: str, folder: Path) -> Path:
        """Bring the file into the folder."""
        target = folder / name
        with said_as_oserror():
            if name not in self.sizes():
                raise FileNotFoundError(f"{name} is not in the bucket.")
            self._object(name).download_file(str(target))
        return target

    def sizes(self) -> dict[str, int]:
        """Return the names of backups and their parts, with their sizes in bytes."""
        with said_as_oserror():
            there = self._bucket.objects.filter(Prefix=self._prefix, Delimiter="/")
            found = {one.key.removeprefix(self._prefix): one.size for one in there}
        return {name: size for name, size in found.items() if naming.NAME.fullmatch(name)}

    def has(self, name: str) -> bool:
        """Return whether a backup or a part of one is there."""
        return name in self.sizes()

    def delete(self, name: str) -> None:
        """Delete the file."""
        with said_as_oserror():
            self._object(name).delete()

    def sweep(self) -> None:
        """Delete what was begun and never finished."""
        with said_as_oserror():
            self._bucket.objects.filter(Prefix=f"{self._prefix}{UNFINISHED}").delete()

    def free(self) -> int | None:
        """Return None: a bucket does not say."""
        return None
