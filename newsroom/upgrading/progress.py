"""Tells each step of an upgrade in one line, with the seconds that it took, and runs its programs."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError

type Write = Callable[[str], object]


class Progress:
    """What has been done, line by line."""

    def __init__(self, write: Write) -> None:
        self.write = write

    @contextmanager
    def step(self, what: str) -> Iterator[list[str]]:
        """Write a line once the step is done; what is put into the yielded list stands in it, too."""
        began = time.monotonic()
        notes: list[str] = []
        try:
            yield notes
        except CommandError:
            self.write(f"{what}: failed after {time.monotonic() - began:.1f} s.")
            raise
        self.write(f"{': '.join([what, *notes])} ({time.monotonic() - began:.1f} s)")


def run_here(command: Sequence[str], folder: Path) -> str:
    """Run a program as the user who upgrades; return its output. Others of the machine can read what it makes.

    Raises CommandError with the program's last line where it fails.
    """
    return _output(command, folder, umask=0o022)


def run_as_the_site(command: Sequence[str], folder: Path) -> str:
    """Run a program as the owner of DATA_DIR, so that the site can read and write what it makes there."""
    return _output(command, folder, **_of_the_site())


def start_as_the_site(command: Sequence[str], folder: Path, **environment: str) -> "subprocess.Popen[str]":
    """Start a program as the owner of DATA_DIR, which reads and writes lines."""
    return subprocess.Popen(  # noqa: S603 - programs of a release
        command,
        cwd=folder,
        env=os.environ | {"DATA_DIR": str(settings.DATA_DIR)} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **_of_the_site(),
    )


def _of_the_site() -> dict[str, Any]:  # Any: keyword arguments of subprocess
    if os.geteuid() != 0:
        return {"umask": 0o077}
    owner = settings.DATA_DIR.stat()
    return {"umask": 0o077, "user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def _output(command: Sequence[str], folder: Path, **how: Any) -> str:
    done = subprocess.run(  # noqa: S603 - programs of a release
        command,
        cwd=folder,
        env=os.environ | {"DATA_DIR": str(settings.DATA_DIR)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **how,
    )
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise CommandError(lines[-1])
    return done.stdout
