"""Makes a backup: files first, then one snapshot of the database, then the files that were added meanwhile."""

import hashlib
import io
import tarfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from . import container, files, keys, ledger, naming, parts, reading
from .engines import Snapshot, engine
from .keeping import owner
from .keeping.stores import Store
from .manifest import ABOUT, MANIFEST, About, Manifest, app_version
from .parts import Part
from .refused import Refused

ATTEMPTS = 50

type Say = Callable[[str], None]
type Beat = Callable[[], None]


@dataclass
class Made:
    """A backup that was made: its name and size, and the names of the parts beside it."""

    name: str
    size: int
    files: int
    rows: int
    parts: list[str] = field(default_factory=list)


class Maker:
    """Makes one backup with its parts; their files get their names once each of them has been read again."""

    def __init__(self, store: Store, folder: Path, say: Say, beat: Beat) -> None:
        self.store, self.folder, self.say, self.beat = store, folder, say, beat
        self.began = timezone.now()
        self.name = naming.name_of(self.began)
        self.uid = uuid.uuid4().hex
        self.sealing = keys.sealing()
        self.front = container.front(container.readme(self.sealing.wrapped), self.sealing.wrapped)
        self.parts = [part for part in parts.all_parts() if part.kept_for() > timedelta(0)]
        self.left_out = parts.tables_of(parts.all_parts())
        self.written: dict[str, Path] = {}  # by the name that it gets

    def make(self) -> Made:
        """Make it; raises Refused and OSError. What was begun is deleted where that fails."""
        ledger.keep_up()  # so that the ledger is there before the backup that needs it
        store = self.store
        try:
            main = self._place(self.name)
            with container.writing(main, self.sealing) as archive:
                manifest = self._write(archive)
            self._verify(manifest)
            for name in reversed(self.written):  # the main file last: without it the others count for nothing
                store.keep(self.written[name], name)
        except BaseException:
            for path in self.written.values():
                path.unlink(missing_ok=True)
            raise
        beside = [name for name in self.written if name != self.name]
        rows = sum(count for count, _digest in manifest.tables.values())
        return Made(self.name, store.sizes()[self.name], len(manifest.files), rows, beside)

    def _place(self, name: str) -> Path:
        self.written[name] = self.store.place_for(name, self.folder)
        return self.written[name]

    def _about(self, part: str = "") -> About:
        began, version = self.began.isoformat(), app_version()
        return About(self.uid, began, version, connection.vendor, part, owner.name(), settings.SITE_URL)

    def _write(self, archive: tarfile.TarFile) -> Manifest:
        _add(archive, ABOUT, self._about().dump())
        copier = files.Copier(archive, self.beat)
        self.say("Files …")
        copier.copy(files.listing())
        for _attempt in range(ATTEMPTS):
            before = files.listing()
            with engine().snapshot(self.folder, self.beat) as snapshot:
                after = snapshot.files
                # One that has gone may have been named by the snapshot: a newer snapshot names it no more.
                if (
                    copier.copy(after)
                    or before.keys() - after.keys()
                    or not copier.copied.keys() >= after.keys()
                ):
                    continue
                self.say("Database …")
                snapshot.fetch()
                manifest = self._database(snapshot, archive)
            manifest.files = {name: copier.copied[name] for name in sorted(after)}
            _add(archive, MANIFEST, manifest.dump())
            return manifest
        raise Refused(
            "Files were deleted again and again while they were copied; nothing was kept. Try again."
        )

    def _database(self, snapshot: Snapshot, archive: tarfile.TarFile) -> Manifest:
        """Write the database with its parts; return the manifest without the files."""
        name = engine().FILE
        tables = snapshot.tables()
        manifest = Manifest(
            timezone.now().isoformat(), self.front, name, snapshot.version, snapshot.migrations()
        )
        manifest.tables = {table: rows for table, rows in tables.items() if table not in self.left_out}
        manifest.parts = [part.name for part in self.parts]
        for part in self.parts:
            self._part(part, snapshot, Manifest(
                manifest.taken_at, self.front, name, manifest.server, manifest.migrations,
                {table: tables[table] for table in part.tables},
            ))  # fmt: skip
        if len(self.parts) < len(parts.all_parts()):  # one that is kept for no time is taken out all the same
            others = [one for one in parts.all_parts() if one.name not in manifest.parts]
            snapshot.write_part(parts.tables_of(others), self.folder / "thrown-away")
            (self.folder / "thrown-away").unlink()
        snapshot.write_main(self.left_out, self.folder / name)
        _add_file(archive, name, self.folder / name, manifest)
        return manifest

    def _part(self, part: Part, snapshot: Snapshot, manifest: Manifest) -> None:
        path = self.folder / f"{part.name}-{manifest.database}"
        snapshot.write_part(part.tables, path)
        with container.writing(self._place(naming.part_of(self.name, part.name)), self.sealing) as archive:
            _add(archive, ABOUT, self._about(part.name).dump())
            _add_file(archive, manifest.database, path, manifest)
            _add(archive, MANIFEST, manifest.dump())

    def _verify(self, manifest: Manifest) -> None:
        """Read everything again that was written; raises Refused where it is not what was meant."""
        self.say("Reading it again …")
        for name, path in self.written.items():
            read = reading.look_through(path, self.beat, self.sealing.identity)
            if name == self.name and read.manifest != manifest:
                raise Refused(f"{name} is not what was written. The disk may be failing; nothing was kept.")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    archive.addfile(info, io.BytesIO(content))


def _add_file(archive: tarfile.TarFile, name: str, path: Path, manifest: Manifest) -> None:
    """Move a file of the database into the tar, and note its checksum."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = path.stat().st_size, 0o600
    with path.open("rb") as file:
        manifest.checksum = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        archive.addfile(info, file)
    path.unlink()
