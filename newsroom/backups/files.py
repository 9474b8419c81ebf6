"""The files of the site, wherever they lie: media and documents, by one name each, such as media/pictures/….

They are written once and never changed, under names that nobody reuses. A file that the database names was there
before its row, and stays until after its row has changed.
"""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages

STORES = {"media": "default", "documents": "documents"}  # folder in the backup: alias of the storage
PIECE = 1024 * 1024  # bytes

type Stamp = tuple[int, float]  # size in bytes, time of the last change
type Beat = Callable[[], None]


def _split(name: str) -> tuple[Storage, str]:
    folder, _slash, rest = name.partition("/")
    return storages[STORES[folder]], rest


def local_folder(storage: Storage) -> Path | None:
    """Return the folder in which a storage keeps its files, or None where that is not on this machine."""
    try:
        return Path(storage.path(""))
    except NotImplementedError:
        return None


def listing() -> dict[str, Stamp]:
    """Return all files with their size and time; those whose name begins with a dot are none of ours."""
    found: dict[str, Stamp] = {}
    for folder, alias in STORES.items():
        for name, stamp in _in_storage(storages[alias]):
            if not any(part.startswith(".") for part in name.split("/")):
                found[f"{folder}/{name}"] = stamp
    return found


def _in_storage(storage: Any) -> Iterator[tuple[str, Stamp]]:  # of any kind: each lists in its own way
    folder = local_folder(storage)
    if folder is not None:
        yield from _in_folder(folder)
    elif hasattr(storage, "bucket"):  # one request for a thousand objects, not two for each
        prefix = f"{storage.location.strip('/')}/".lstrip("/")
        for one in storage.bucket.objects.filter(Prefix=prefix):
            if not one.key.endswith("/"):
                yield one.key.removeprefix(prefix), (one.size, one.last_modified.timestamp())
    else:
        yield from _listed(storage, "")


def _in_folder(folder: Path) -> Iterator[tuple[str, Stamp]]:
    for where, _folders, names in os.walk(folder):
        for name in names:
            path = Path(where) / name
            with suppress(FileNotFoundError):  # deleted just now
                if path.is_file() and not path.is_symlink():
                    state = path.stat()
                    yield str(path.relative_to(folder)), (state.st_size, state.st_mtime)


def _listed(storage: Storage, folder: str) -> Iterator[tuple[str, Stamp]]:
    folders, names = storage.listdir(folder)
    for name in names:
        whole = f"{folder}{name}"
        yield whole, (storage.size(whole), storage.get_modified_time(whole).timestamp())
    for name in folders:
        yield from _listed(storage, f"{folder}{name}/")


class Copier:
    """Copies files into a tar, each once, and remembers size and SHA-256 of each."""

    def __init__(self, archive: tarfile.TarFile, beat: Beat) -> None:
        self.archive, self.beat = archive, beat
        self.copied: dict[str, tuple[int, str]] = {}
        self._stamps: dict[str, Stamp] = {}

    def copy(self, wanted: dict[str, Stamp]) -> set[str]:
        """Copy what was not copied as it is now; return the names of those that have gone meanwhile."""
        gone = set()
        for name, stamp in wanted.items():
            self.beat()
            if self._stamps.get(name) != stamp and not self._copy_one(name, stamp):
                gone.add(name)
        return gone

    def _copy_one(self, name: str, stamp: Stamp) -> bool:
        storage, rest = _split(name)
        try:
            with storage.open(rest) as file:
                source = Hashed(file, stamp[0], self.beat)
                info = tarfile.TarInfo(name)
                info.size, info.mtime, info.mode = stamp[0], stamp[1], 0o600
                self.archive.addfile(info, source)
        except FileNotFoundError:
            return False
        if not source.is_whole:  # it is being written: the next listing shows another size
            return True
        self.copied[name], self._stamps[name] = (stamp[0], source.digest), stamp
        return True


class Hashed:
    """A file of so many bytes, whatever the file beneath has, with the SHA-256 of what was read."""

    def __init__(self, file: "IO[bytes] | File[bytes]", size: int, beat: Beat) -> None:
        self._file, self._left, self._hash, self._beat = file, size, hashlib.sha256(), beat
        self.is_whole = True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; zeros where the file ends too early."""
        size = self._left if size < 0 else min(size, self._left)
        piece = self._file.read(size)
        if len(piece) < size:
            rest = self._file.read(size - len(piece)) if piece else b""
            piece += rest
            self.is_whole = self.is_whole and len(piece) == size
            piece += bytes(size - len(piece))
        self._left -= size
        self._hash.update(piece)
        self._beat()
        return piece

    @property
    def digest(self) -> str:
        """Return the SHA-256 as hexadecimal digits."""
        return self._hash.hexdigest()


def put(name: str, path: Path) -> None:
    """Move a file of this machine to where the site keeps it; an existing one is replaced."""
    storage, rest = _split(name)
    folder = local_folder(storage)
    if folder is None:
        with suppress(FileNotFoundError):
            storage.delete(rest)
        with path.open("rb") as file:
            storage.save(rest, File(file))
        path.unlink()
        return
    target = folder / rest
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.replace(target)
    except OSError:  # on another disk
        beside = target.with_name(f".{target.name}.part")
        shutil.copyfile(path, beside)
        beside.replace(target)
        path.unlink()


def remove_others(kept: set[str]) -> int:
    """Delete every file of the site that is not in this list; return how many."""
    others = listing().keys() - kept
    for name in others:
        storage, rest = _split(name)
        storage.delete(rest)
        folder = local_folder(storage)
        if folder is not None:
            for parent in (folder / rest).parents:
                if parent == folder:
                    break
                with suppress(OSError):  # it holds other files
                    parent.rmdir()
    return len(others)
