"""Restores a backup into scratch, and compares every row and file with what was saved."""

from collections.abc import Callable
from pathlib import Path

from . import naming, reading
from .engines import engine
from .keeping.stores import Store
from .manifest import Manifest, require_engine
from .reading import Read
from .refused import Refused

type Beat = Callable[[], None]


def verify(
    path: Path, parts_of: Callable[[Manifest], dict[str, Path]], folder: Path, beat: Beat
) -> tuple[Read, str]:
    """Restore a backup and its parts into the folder, and compare; return it, and why rows were not compared, or "".

    parts_of() returns the files of its parts that are there. Raises Refused where something is not as it was saved.
    """
    read = reading.unpack(path, folder, beat, require_engine)
    databases, tables = load_parts(read, parts_of(read.manifest), folder, beat)
    left_out = engine().may_prepare()
    if read.database is None:
        raise Refused(f"{path.name} holds no database.")
    compare(read.database, databases, tables, folder, beat, alone=bool(left_out))
    return read, left_out


def load_parts(
    read: Read, beside: dict[str, Path], folder: Path, beat: Beat
) -> tuple[list[Path], dict[str, tuple[int, str]]]:
    """Unpack parts of a backup; return the files with their rows, and what is saved of all tables. Raises Refused."""
    databases, tables = [], dict(read.manifest.tables)
    for name, path in beside.items():
        part = reading.unpack(path, folder / f"part-{name}", beat, require_engine)
        if part.about.uid != read.about.uid or part.about.part != name or part.database is None:
            raise Refused(f"{path.name} does not belong to this backup.")
        databases.append(part.database)
        tables |= part.manifest.tables
    return databases, engine().comparable(tables, read.manifest.server)


def compare(
    main: Path, parts: list[Path], tables: dict[str, tuple[int, str]], folder: Path, beat: Beat, alone: bool
) -> None:
    """Load a database and its parts, and compare every row; with `alone`, only look through the files."""
    with engine().prepared(folder, main, parts, tables, beat) as made:
        if hasattr(engine(), "scratch_database") and not alone:
            with engine().scratch_database() as name:
                made.put_in_place([], name)


def parts_beside(name: str, store: Store, manifest: Manifest) -> dict[str, str]:
    """Return the files of the parts of a backup that are still there, by the name of the part."""
    wanted = {part: naming.part_of(name, part) for part in manifest.parts}
    return {part: file for part, file in wanted.items() if store.has(file)}
