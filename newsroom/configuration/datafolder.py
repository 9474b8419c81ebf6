"""Checks where the site keeps its data: one clear line instead of a traceback, or of files that the site can't open."""

import os
import pwd
import shlex
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

FOR_ROOT = (["upgrade"], ["upgrade_step"])  # they write as the site's user, and start its service as root


def user_name(number: int) -> str:
    """Return the name of a user of this machine, or the number where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def checked(name: str, path: Path) -> Path:
    """Return the whole path of a folder, made if it is missing; raises ImproperlyConfigured where that fails.

    Also where this process may not keep files in it.
    Root is refused where another user owns it: the site could not open what root had written.
    """
    path = path.absolute()
    try:
        path = path.resolve()
        there = next(place for place in (path, *path.parents) if place.exists())
        owner = there.stat().st_uid
    except OSError as error:
        raise ImproperlyConfigured(f"{name} is {path}, which can't be used: {error.strerror}.") from None
    me = os.geteuid()
    if not there.is_dir():
        raise ImproperlyConfigured(f"{name} is {path}; it must be a folder, and {there} is none.")
    is_trusted_root = me == 0 and sys.argv[1:2] in FOR_ROOT
    may_write = os.access(there, os.W_OK | os.X_OK)
    if there == path and owner != me and (me == 0 or not may_write) and not is_trusted_root:
        if owner == 0:
            raise ImproperlyConfigured(
                f"{name} is {path}, which belongs to root. If it holds the data of the site and nothing else, "
                f"run as root: `chown -R {user_name(me)}: {path}`."
            )
        command = shlex.join([sys.executable, *sys.argv])
        raise ImproperlyConfigured(
            f"{name} is {path}, which belongs to {user_name(owner)}, not to {user_name(me)}. "
            f"Run this as the site's user: sudo -u {user_name(owner)} {command}"
        )
    if not may_write:
        problem = "can't be written" if there == path else f"does not exist and can't be made in {there}"
        raise ImproperlyConfigured(
            f"{name} is {path}, which {problem} by {user_name(me)}. "
            f"As root: `install -d -m 700 -o {user_name(me)} {path}`; under systemd its unit must allow it too."
        )
    try:
        path.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} is {path}, which can't be made: {error.strerror}.") from None
    return path
