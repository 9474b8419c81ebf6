"""Opens a stored file with what an answer has to say about it, in one request where it lies in a bucket."""

import errno
import os
from datetime import UTC, datetime
from typing import Any

from django.core.files.storage import Storage, storages
from django.utils.functional import LazyObject

from newsroom.faults.outages import FilesAway

from .away import availability_of

# What a folder of another machine says while that is away.
GONE_AWAY = {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENOTCONN}


def opened(storage: Storage | LazyObject, name: str) -> tuple[Any, int, datetime]:
    """Return an open file, its size in bytes and when it was written.

    Raises FileNotFoundError where there is none, FilesAway, another OSError or SuspiciousOperation. Any: a File.
    """
    try:
        file = storage.open(name)
        if hasattr(file, "modified"):  # of a bucket
            return file, file.size, file.modified
        state = os.fstat(file.fileno())
    except NotADirectoryError as error:
        raise FileNotFoundError(name) from error
    except OSError as error:
        if error.errno in GONE_AWAY:
            raise FilesAway(availability_of("store of files"), errno.errorcode[error.errno]) from error
        raise
    return file, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC)


def warm_up() -> None:
    """Load what talks to a bucket, which takes a second or two, before a visitor asks for a picture.

    In no thread and without a question to the bucket: web processes are forked afterwards.
    """
    for alias in ("default", "documents"):
        getattr(storages[alias], "connection", None)


def require_present(storage: Storage | LazyObject) -> None:
    """Raise FilesAway where the store is not there at all, so that nobody takes all of its files for deleted."""
    if hasattr(storage, "require_present"):  # not of DATA_DIR, which is always there
        storage.require_present()
