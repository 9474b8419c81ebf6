"""Folders in DATA_DIR that hold what is not encrypted while a backup is made or looked at, and nothing after."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from .locks import Taken, held

LOCK = "backup"


def _parent() -> Path:
    return Path(settings.DATA_DIR) / "scratch"


@contextmanager
def alone() -> Iterator[Path]:
    """Yield an empty folder, as the only process of the site that makes or looks at backups; raises Taken."""
    with held(LOCK):
        clear()
        _parent().mkdir(parents=True, exist_ok=True)
        try:
            yield Path(tempfile.mkdtemp(dir=_parent()))
        finally:
            clear()


def clear() -> None:
    """Delete what is there; call it under the lock."""
    shutil.rmtree(_parent(), ignore_errors=True)


def sweep() -> None:
    """Delete what a process that was killed has left behind."""
    if _parent().is_dir():
        try:
            with held(LOCK):
                clear()
        except Taken:
            pass
