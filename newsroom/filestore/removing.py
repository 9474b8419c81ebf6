"""Deletes folders of files for good: noted in the transaction that wants it, and tried until it has worked.

While a folder waits for that, no machine serves what lies in it.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta

from django.core.files.storage import Storage, storages
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.conditions.conditions import Condition
from newsroom.faults import outages
from newsroom.pagecache import contentversion

from .models import Removal

EVERY = 5  # seconds between two tries of the worker
AT_ONCE = 200  # folders a try
FRESH = 0.5  # seconds that a process remembers which folders wait, within one content version
LATE = timedelta(minutes=2)

type Folder = tuple[str, str]  # alias in STORAGES, and name

_held: ContextVar[list[Folder] | None] = ContextVar(f"{__name__}.held", default=None)
_lock = threading.Lock()
_waiting: frozenset[str] = frozenset()
_asked_at = float("-inf")
_asked_in: int | None = None  # the content version


def remove_folder(storage: Storage, folder: str) -> None:
    """Delete a folder with its files; nothing happens where there is none. Raises OSError."""
    try:
        _folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
    if getattr(storage, "has_folders", True):
        storage.delete(folder)


def remove_after_commit(alias: str, folder: str) -> None:
    """Delete a folder of this storage once the transaction is committed, or later where that fails or it is held."""
    held = _held.get()
    removal = Removal.objects.create(storage=alias, folder=folder, is_held=held is not None)
    if held is not None:
        held.append((alias, folder))
        return
    transaction.on_commit(lambda: _try(removal))


@contextmanager
def holding() -> Iterator[list[Folder]]:
    """Hold what is to be deleted meanwhile, unserved, until somebody decides; yields the list of these folders."""
    folders: list[Folder] = []
    token = _held.set(folders)
    try:
        yield folders
    finally:
        _held.reset(token)


def take_back(folders: Iterable[Folder]) -> None:
    """Let folders that are held be served again."""
    for alias, folder in folders:
        Removal.objects.filter(storage=alias, folder=folder).delete()


def delete_held(folders: Iterable[Folder]) -> None:
    """Delete folders that are held once the transaction is committed."""
    for alias, folder in folders:
        Removal.objects.filter(storage=alias, folder=folder).delete()
        remove_after_commit(alias, folder)


def held_in(alias: str) -> Iterator[str]:
    """Yield the folders of a storage that are held, and may be taken back."""
    yield from Removal.objects.filter(storage=alias, is_held=True).values_list("folder", flat=True)


def discard(alias: str, folder: str) -> None:
    """Delete a folder that no row names, if possible; else the worker does, as after a crash."""
    with suppress(OSError):
        remove_folder(storages[alias], folder)


def discard_unless_held(alias: str, folder: str) -> None:
    """Delete a folder that no row names, unless it is held: what lies in the trash can be put back with its files."""
    if folder not in held_in(alias):
        discard(alias, folder)


def _try(removal: Removal) -> bool:
    """Return whether the folder is gone; raises nothing, since what wanted it is committed already."""
    try:
        remove_folder(storages[removal.storage], removal.folder)
        Removal.objects.filter(pk=removal.pk).delete()
    except (OSError, DatabaseError) as error:
        outages.note(error)
        return False
    return True


def try_again() -> int:
    """Delete the folders that still wait; return how many are gone."""
    return sum(_try(removal) for removal in _due().order_by("pk")[:AT_ONCE])


def _due() -> QuerySet[Removal]:
    return Removal.objects.filter(is_held=False)


def waits(folder: str) -> bool:
    """Return whether a folder waits for its deletion, as known half a second ago at most; False without a database.

    In a new content version it is asked at once: the page cache keeps a file for as long as that lasts.
    """
    global _waiting, _asked_at, _asked_in
    now, version = time.monotonic(), contentversion.current()
    if (now - _asked_at > FRESH or version != _asked_in) and outages.DATABASE.is_worth_a_try():
        try:
            found = frozenset(Removal.objects.values_list("folder", flat=True)[:10_000])
        except DatabaseError as error:
            outages.note(error, time.monotonic() - now)
        else:
            with _lock:
                _waiting, _asked_at, _asked_in = found, now, version
    return folder in _waiting


def condition() -> Condition:
    """Return whether what was deleted has left the store of files."""
    late = _due().filter(since__lt=timezone.now() - LATE).count()
    if not late:
        return Condition("removals")
    return Condition(
        "removals",
        _("%(count)s folders of deleted files are still in the store of files; no page shows them.")
        % {"count": late},
        _(
            "Let the site delete files there: the owner of the folder, or the permissions of the bucket’s key."
        ),
    )
