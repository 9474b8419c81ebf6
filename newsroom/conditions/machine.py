"""Disks, cache, time zone and user of this machine."""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.core.files.storage import storages
from django.utils.crypto import get_random_string
from django.utils.formats import localize
from django.utils.translation import gettext as _

from newsroom.storage.rediscache import CACHE

from .conditions import Condition, Weight
from .database import sqlite_file

LEAST_FREE = 200 * 1024 * 1024  # bytes
LEAST_SHARE, ENOUGH = 0.03, 2 * 1024 * 1024 * 1024  # of the disk, unless this many bytes are free
FULL = {errno.ENOSPC, errno.EDQUOT}
TRIAL = b"\0" * 65536


def _folders() -> Iterator[tuple[str, Path]]:
    """Yield what the site writes to on disks of this machine: in words, and the folder."""
    yield _("the data"), Path(settings.DATA_DIR)
    for name, words in (("default", _("the pictures")), ("documents", _("the documents"))):
        location = getattr(storages[name], "location", "")
        if location and Path(location).is_absolute():
            yield words, Path(location)
    file = sqlite_file()
    if file is not None and file.is_absolute():
        yield _("the database"), file.parent


def _existing(folder: Path) -> Path:
    return next(path for path in [folder, *folder.parents] if path.exists())


def _problem_of(words: str, folder: Path) -> tuple[str, str] | None:
    """Return what is wrong with a disk and what to do, or None."""
    make_room = _("Delete what is not needed, or give the site a larger disk. Nothing is lost yet.")
    usage = shutil.disk_usage(folder)
    values = {"what": words, "free": megabytes(usage.free), "total": megabytes(usage.total)}
    if usage.free < LEAST_FREE or (usage.free < usage.total * LEAST_SHARE and usage.free < ENOUGH):
        text = _("The disk of %(what)s is nearly full: %(free)s MB of %(total)s MB are free.")
        return text % values, make_room
    try:
        _try_to_write(folder)
    except OSError as error:
        values["reason"] = error.strerror or type(error).__name__
        text = _("On the disk of %(what)s nothing can be written: %(reason)s.")
        return text % values, make_room if error.errno in FULL else _let_write(folder)
    return None


def _let_write(folder: Path) -> str:
    advice = _(
        "Let the site’s user write to %(folder)s: `ls -ld` shows whose it is, `findmnt -T` how it is mounted."
    )
    return advice % {"folder": folder}


def _try_to_write(folder: Path) -> None:
    """Write a file and delete it; raises OSError."""
    path = folder / f".trial-{get_random_string(12)}"
    try:
        with path.open("xb") as file:
            file.write(TRIAL)
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)


def megabytes(number: int) -> str:
    """Return bytes as whole megabytes, in the notation of the language."""
    return str(localize(number // (1024 * 1024), use_l10n=True))


def disks() -> Condition:
    """Return whether there is room on the disks that the site writes to, and whether it can write there."""
    devices: set[int] = set()
    notes = []
    for words, folder in _folders():
        existing = _existing(folder)
        device = existing.stat().st_dev
        if device in devices and existing.parent.stat().st_dev == device:
            continue
        devices.add(device)
        if problem := _problem_of(words, existing):
            return Condition("disk", *problem)
        notes.append(_("%(free)s MB free") % {"free": megabytes(shutil.disk_usage(existing).free)})
    return Condition("disk", note=", ".join(notes))


def shared_cache() -> Condition:
    """Return whether the cache keeps a value."""
    key = f"trial:{get_random_string(12)}"
    try:
        cache.set(key, "kept", 30)
        is_kept = cache.get(key) == "kept"
        cache.delete(key)
    except OSError as error:
        return _cacheless(error.strerror or type(error).__name__)
    if is_kept:
        return Condition("cache")
    return _cacheless(_("Redis does not answer") if CACHE.since is not None else _("it keeps nothing"))


def _cacheless(reason: str) -> Condition:
    return Condition(
        "cache",
        _("It can’t be used: %(reason)s. Pages are made without it, and more slowly.") % {"reason": reason},
        _("Start Redis, or look at CACHE_URL. Nothing else has to be restarted.")
        if isinstance(caches["default"], RedisCache)
        else _("Look at the disk that the cache lies on. Nothing has to be restarted."),
    )


def time_zone() -> Condition:
    """Return whether somebody has chosen the time zone."""
    if os.environ.get("TIME_ZONE", "").strip() or settings.DEMO:
        return Condition("time zone", note=str(settings.TIME_ZONE))
    return Condition(
        "time zone",
        _("It was never chosen: dates and times are those of UTC."),
        _("Set TIME_ZONE, such as Asia/Bangkok (or UTC, if it is meant), and restart."),
        Weight.UNREADY,
    )
