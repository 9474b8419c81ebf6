"""A disk of its own that is soon full, for what has to hold when nothing more can be written."""

import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(megabytes):
    """Run with an empty folder on a disk of that size; with None where we may not mount one (root may)."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-disk-"))
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs"]
    try:
        mounted = subprocess.run(["mount", *options, str(folder)], capture_output=True).returncode == 0
    except OSError:  # no such program
        mounted = False
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def full(folder):
    """Leave no room on the disk of the folder meanwhile."""
    filling = folder / "filling"
    with filling.open("wb", buffering=0) as file, pytest.raises(OSError):
        while file.write(b"x" * 65536):
            pass
    try:
        yield
    finally:
        filling.unlink()
