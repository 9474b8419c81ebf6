"""SQLite: one snapshot by the online backup API, copied without free pages, and put in place by a rename."""

import gzip
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection, connections
from django.db.backends.sqlite3._functions import register

from .. import files
from ..manifest import Tables, Writes
from ..refused import Refused

FILE = "database.sqlite3.gz"
PAGES = 2000  # copied in one step: 8 MB
PATIENCE = 20  # seconds that a statement waits for a lock
MODULUS = 2**64
BEAT_EVERY = 5_000  # rows

type Beat = Callable[[], None]


def _source() -> sqlite3.Connection:
    """Return a connection of its own to the site's database, which must exist."""
    name = str(connection.settings_dict["NAME"])
    uri = name if name.startswith("file:") else f"file:{quote(name)}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)


def _opened(path: Path) -> sqlite3.Connection:
    """Return a connection to a file of ours, with the functions that Django's constraints call."""
    made = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    register(made)
    return made


class Snapshot:
    """A copy of the whole database as it was at one moment."""

    version = sqlite3.sqlite_version

    def __init__(
        self, source: sqlite3.Connection, path: Path, listing: dict[str, files.Stamp], beat: Beat
    ) -> None:
        self.source, self.path, self.files, self.beat = source, path, listing, beat

    def fetch(self) -> None:
        """Copy the database in small steps; the reader's transaction keeps its moment, and others go on writing."""
        with closing(sqlite3.connect(self.path)) as copy:
            self.source.backup(copy, pages=PAGES, progress=lambda *_: self.beat(), sleep=0)
            copy.execute("PRAGMA journal_mode=DELETE")
        self.source.execute("ROLLBACK")

    def migrations(self) -> list[list[str]]:
        """Return app and name of every migration that the database records."""
        with closing(_opened(self.path)) as copy:
            return [
                list(row) for row in copy.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
            ]

    def tables(self) -> Tables:
        """Return count and digest of the rows of each table."""
        with closing(_opened(self.path)) as copy:
            return {name: _digest(copy, name, self.beat) for name in _tables(copy)}

    def write_part(self, tables: Sequence[str], target: Path) -> None:
        """Write the rows of these tables into a file of their own, compressed, and take them out of the copy."""
        rows = self.path.with_name("part.sqlite3")
        with closing(_opened(self.path)) as copy:
            copy.execute("ATTACH ? AS part", [str(rows)])
            for name in tables:
                copy.execute(f"CREATE TABLE part.{_quoted(name)} AS SELECT * FROM main.{_quoted(name)}")  # noqa: S608
            copy.execute("DETACH part")
            copy.execute("PRAGMA foreign_keys=OFF")
            copy.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
            for name in tables:
                copy.execute(f"DELETE FROM {_quoted(name)}")  # noqa: S608
        _compress(rows, target)
        rows.unlink()

    def write_main(self, left_out: Sequence[str], target: Path) -> None:
        """Write the rest, compressed; not even a free page holds what was taken out or had been deleted before."""
        packed = self.path.with_name("packed.sqlite3")
        with closing(_opened(self.path)) as copy:
            copy.execute("VACUUM INTO ?", [str(packed)])
        self.path.unlink()
        _compress(packed, target)
        packed.unlink()


@contextmanager
def snapshot(folder: Path, beat: Beat) -> Iterator[Snapshot]:
    """Yield the database as it is now; a reader's transaction holds this moment.

    Raises Refused where it can't be read or copied to the end.
    """
    path = folder / "copy.sqlite3"
    try:
        with closing(_source()) as source:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield Snapshot(source, path, files.listing(), beat)
    except sqlite3.Error as error:
        raise Refused(f"The database can't be copied: {error}.") from None
    path.unlink(missing_ok=True)


def _tables(database: sqlite3.Connection, schema: str = "main") -> list[str]:
    """Return the names of the tables that hold rows: those of virtual tables lie in tables beside them."""
    found = database.execute(
        f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "  # noqa: S608
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    return [name for (name,) in found]


def _digest(database: sqlite3.Connection, table: str, beat: Beat) -> tuple[int, str]:
    """Return how many rows a table has, and the sum of their hashes, which does not depend on their order."""
    count = total = 0
    for row in database.execute(f"SELECT * FROM {_quoted(table)}"):  # noqa: S608
        count += 1
        total += int.from_bytes(
            hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        )
        if count % BEAT_EVERY == 0:
            beat()
    return count, str(total % MODULUS)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _compress(path: Path, target: Path) -> None:
    with path.open("rb") as source, gzip.open(target, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(source, packed, 1024 * 1024)


class Prepared:
    """A database that is ready beside the site's own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "prepared.sqlite3"

    def load(self, main: Path, parts: Sequence[Path]) -> None:
        """Unpack the database and the rows of its parts; raises Refused where that is damaged."""
        try:
            self._load(main, parts)
        except (sqlite3.DatabaseError, EOFError, gzip.BadGzipFile) as error:
            raise Refused(f"The database of the backup is damaged: {error}.") from None

    def _load(self, main: Path, parts: Sequence[Path]) -> None:
        _unpack(main, self.path)
        with closing(_opened(self.path)) as database:
            database.execute("PRAGMA foreign_keys=OFF")
            database.execute("PRAGMA secure_delete=ON")
            database.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
            for packed in parts:
                rows = self.path.with_name("rows.sqlite3")
                _unpack(packed, rows)
                database.execute("ATTACH ? AS part", [str(rows)])
                database.execute("BEGIN")
                for name in _tables(database, "part"):
                    database.execute(f"INSERT INTO main.{_quoted(name)} SELECT * FROM part.{_quoted(name)}")  # noqa: S608
                database.execute("COMMIT")
                database.execute("DETACH part")
                rows.unlink()

    def compare(self, tables: Tables, beat: Beat) -> None:
        """Compare every row with what the backup says of it; raises Refused where they differ."""
        with closing(_opened(self.path)) as database:
            if database.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                raise Refused("The database of the backup is damaged: its pages don't fit together.")
            there = set(_tables(database))
            for name, (count, digest) in tables.items():
                if name not in there or _digest(database, name, beat) != (count, digest):
                    raise Refused(f"The backup is damaged: the rows of {name} are not those that were saved.")

    def put_in_place(self, writes: Writes) -> None:
        """Do these last writes, and replace the site's database: by one rename, so that there is one or the other."""
        with closing(_opened(self.path)) as database:
            database.execute("BEGIN")
            for statement, values in writes:
                database.execute(statement.replace("%s", "?"), values)
            database.execute("COMMIT")
        _sync(self.path)
        target = Path(str(connection.settings_dict["NAME"]))
        connections.close_all()
        _empty_log_of(target)
        self.path.replace(target)
        _sync(target.parent)

    def remove(self) -> None:
        """Delete what was prepared."""
        self.path.unlink(missing_ok=True)


def _unpack(packed: Path, target: Path) -> None:
    with gzip.open(packed, "rb") as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, 1024 * 1024)


def _empty_log_of(path: Path) -> None:
    """Move the write-ahead log of the old database into it: it would be taken for the log of the new one."""
    if path.is_file():
        try:
            with closing(_opened(path)) as old:
                mode = old.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            if mode != "delete":
                raise Refused(f"The database {path.name} is in use; stop what uses it.")
        except sqlite3.OperationalError as error:
            raise Refused(f"The database {path.name} is in use ({error}); stop what uses it.") from None
        except sqlite3.DatabaseError:  # it is damaged: nothing of it can be read
            pass
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def prepared(
    folder: Path, main: Path, parts: Sequence[Path], tables: Tables, beat: Beat
) -> Iterator[Prepared]:
    """Yield the backup's database, loaded and compared; raises Refused where it is not what was saved."""
    made = Prepared(folder)
    try:
        made.load(main, parts)
        made.compare(tables, beat)
        yield made
    finally:
        made.remove()


def comparable(tables: Tables, server: str) -> Tables:
    """Return what can be compared of tables that SQLite of this version saved: all of it."""
    return tables


def may_prepare() -> str:
    """Return why a backup can't be loaded for comparison here, or ""."""
    return ""
