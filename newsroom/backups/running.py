"""Makes and verifies backups, and writes down how it went."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError
from django.utils import timezone

from newsroom.conditions import database
from newsroom.conditions.commands import here
from newsroom.faults.outages import FilesAway
from newsroom.outbox import clock, pausing

from . import pruning, scratch, verifying
from .keeping import own, owner
from .keeping.stores import Store
from .locks import Taken
from .making import Maker
from .manifest import Manifest
from .models import BackupRun
from .refused import Refused

KEPT = timedelta(days=400)
REASONABLE = 64 * 1024 * 1024  # bytes that have to be free beyond what a backup needs

type Say = Callable[[str], None]
type Beat = Callable[[], None]


def size_in_words(size: float) -> str:
    """Return a number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def back_up(to: str, say: Say, beat: Beat) -> BackupRun:
    """Make a backup, and delete those that need not be kept where it goes to BACKUP_TO.

    Raises Refused where none was made; that is written down as well.
    """

    def work(folder: Path) -> BackupRun:
        owner.note()
        store = own.store(to)
        store.sweep()
        made = Maker(store, folder, say, beat).make()
        beside = f", and beside it {', '.join(made.parts)}" if made.parts else ""
        words = (
            f"{made.name} in {store.where} holds {made.rows:,} rows and {made.files:,} files "
            f"({size_in_words(made.size)}), was read again and is whole{beside}."
        )
        gone = [] if to else _prune(store)
        if gone:
            say(f"Deleted, as BACKUP_KEEP and the promise about inquiries say: {', '.join(gone)}.")
        if isinstance(store, own.Own):
            for sentence in own.beside(store):
                say(sentence)
        return BackupRun(ok=True, name=made.name, size=made.size, words=words)

    return _noted(BackupRun.Kind.BACKUP, bool(to), work)


def _prune(store: Store) -> list[str]:
    """Delete what need not be kept, unless a backup was just put back or the clock is in doubt."""
    if pausing.is_paused() or not clock.may_purge():
        return []
    return pruning.prune(store, bad_ones())


def bad_ones() -> frozenset[str]:
    """Return the names of backups that were looked at and are not whole."""
    newest: dict[str, bool] = {}
    for name, ok in BackupRun.objects.filter(kind="verify").order_by("at", "pk").values_list("name", "ok"):
        newest[name] = ok
    return frozenset(name for name, ok in newest.items() if not ok)


def verify(file: str, say: Say, beat: Beat, to: str = "") -> BackupRun:
    """Restore a backup into scratch and compare: the newest, or the one at this path; both in `to` where it is given.

    Raises Refused.
    """
    if to:
        file = str(Path(to) / (file or own.newest(own.store(to))))
    name = Path(file).name

    def work(folder: Path) -> BackupRun:
        nonlocal name
        store = own.store(str(Path(file).absolute().parent) if file else "")
        name = name or own.newest(store)
        say(f"Restoring {name} into scratch …")
        path = store.fetch(name, folder)
        size = path.stat().st_size
        if shutil.disk_usage(folder).free < 2 * size + REASONABLE:
            raise Refused(f"There is no room to restore {name} into scratch ({size_in_words(2 * size)}).")

        def parts_of(manifest: Manifest) -> dict[str, Path]:
            beside = verifying.parts_beside(name, store, manifest)
            return {part: store.fetch(one, folder) for part, one in beside.items()}

        read, left_out = verifying.verify(path, parts_of, folder, beat)
        rows = sum(count for count, _digest in read.manifest.tables.values())
        words = f"{name} was restored into scratch: {rows:,} rows and {len(read.manifest.files):,} files are as saved."
        if left_out:
            words = f"{name} can be read to its end and its files are as saved; its rows were not compared: {left_out}."
        return BackupRun(ok=True, name=name, size=size, words=words)

    return _noted(BackupRun.Kind.VERIFY, bool(file), work, lambda: name)


def _noted(
    kind: str, elsewhere: bool, work: Callable[[Path], BackupRun], name: Callable[[], str] = lambda: ""
) -> BackupRun:
    """Do the work alone, and store how it went; raises Refused with the reason where it failed."""
    try:
        with scratch.alone() as folder:
            run = work(folder)
    except Taken:
        raise Refused("Another process makes or looks at a backup now; nothing was done.") from None
    except (Refused, OSError, FilesAway) as error:
        words = in_words(error)
        BackupRun.objects.create(
            kind=kind, ok=False, elsewhere=elsewhere, name=name()[:80], words=words[:500]
        )
        raise Refused(words) from None
    run.kind, run.elsewhere, run.words = kind, elsewhere, run.words[:500]
    run.save(force_insert=True)
    BackupRun.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return run


def in_words(error: Exception) -> str:
    """Return one line about what went wrong."""
    if isinstance(error, Refused):
        return here(str(error))
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}."
    if isinstance(error, DatabaseError) and (line := database.in_one_line(error)):
        return line
    return f"{' '.join(str(error).split()) or type(error).__name__}."
