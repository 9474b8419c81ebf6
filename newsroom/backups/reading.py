"""Reads a backup: every byte is decrypted and compared with its checksums before anything of it is used."""

import hashlib
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from . import container, files
from .manifest import ABOUT, MANIFEST, About, Manifest, parse_about, parse_manifest
from .refused import Refused

PIECE = 1024 * 1024  # bytes
LARGEST_LIST = 1024 * 1024 * 1024  # bytes of a manifest
DATABASES = {"database.sqlite3.gz", "database.dump"}

type Beat = Callable[[], None]


@dataclass
class Read:
    """A backup that was read to its end and is whole; database: where its database was unpacked."""

    about: About
    manifest: Manifest
    database: Path | None = None


def look_through(path: Path, beat: Beat, identity: object = None) -> Read:
    """Read a backup and keep nothing of it; raises Refused where something in it is not as it was saved."""
    return _read(path, None, beat, identity)


def unpack(path: Path, folder: Path, beat: Beat, check: Callable[[About], None]) -> Read:
    """Unpack a backup into the folder; check() sees its beginning before anything is written. Raises Refused."""
    return _read(path, folder, beat, None, check)


def _about(archive: tarfile.TarFile) -> About:
    member = archive.next()
    source = archive.extractfile(member) if member is not None and member.name == ABOUT else None
    if source is None:
        raise Refused("The backup is damaged: its beginning can't be read.")
    return parse_about(source.read(PIECE))


def _read(
    path: Path,
    folder: Path | None,
    beat: Beat,
    identity: object,
    check: Callable[[About], None] = lambda _about: None,
) -> Read:
    front = container.Front(path)
    found: dict[str, tuple[int, str]] = {}
    listed = b""
    with front.opened(identity) as archive:
        begun = _about(archive)
        check(begun)
        while (member := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # a million of them would fill the memory
            source = archive.extractfile(member)
            if source is None:
                raise Refused(f"{path.name} holds something that is no file.")
            if member.name == MANIFEST:
                listed = source.read(LARGEST_LIST)
            else:
                found[member.name] = _take(source, _target(folder, member.name), beat)
    manifest = parse_manifest(listed)
    _compare(path, front, manifest, found)
    return Read(begun, manifest, folder / manifest.database if folder else None)


def _target(folder: Path | None, name: str) -> Path | None:
    """Return where a member is unpacked; raises Refused for a name that leads elsewhere."""
    parts = PurePosixPath(name).parts
    is_file = len(parts) > 1 and parts[0] in files.STORES and ".." not in parts
    if not (is_file or name in DATABASES):
        raise Refused(f"The backup holds a file with a name that no backup has: {name!r}.")
    return folder and folder.joinpath(*parts)


def _take(source: IO[bytes], target: Path | None, beat: Beat) -> tuple[int, str]:
    """Read a member to its end, into the target where there is one; return size and SHA-256."""
    size, digest = 0, hashlib.sha256()
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    out = target.open("wb") if target is not None else None
    try:
        while piece := source.read(PIECE):
            size += len(piece)
            digest.update(piece)
            if out is not None:
                out.write(piece)
            beat()
    finally:
        if out is not None:
            out.close()
    return size, digest.hexdigest()


def _compare(
    path: Path, front: container.Front, manifest: Manifest, found: dict[str, tuple[int, str]]
) -> None:
    """Raise Refused where a file is missing or is not the one that was saved."""
    if container.front(front.page, front.wrapped) != manifest.front:
        raise Refused(f"{path.name} is damaged: what stands in front of it was changed.")
    database = found.get(manifest.database)
    if database is None or database[1] != manifest.checksum:
        raise Refused(f"{path.name} is damaged: its database is not the one that was saved.")
    for name, saved in manifest.files.items():
        if found.get(name) != saved:
            raise Refused(f"{path.name} is damaged: {name} is missing or not as it was saved.")
