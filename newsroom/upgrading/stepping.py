"""Runs a step with the code of a release, and switches the symlink that names the release that is served."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from .progress import start_as_the_site
from .releases import Release, release_in

type Facts = Mapping[str, Any]  # what a step answers, as JSON


class Stepper:
    """A process with the code of a release that does one step after the other, as the site's own user."""

    def __init__(self, release: Release) -> None:
        # A cache of its own: pages that are tried may not come to be.
        command = [str(release.python), "manage.py", "upgrade_step"]
        self.process = start_as_the_site(command, release.folder, CACHE_URL="locmem://")
        self._answer()

    def ask(self, step: str) -> Facts:
        """Return what a step answers; raises CommandError where it fails."""
        assert self.process.stdin is not None  # noqa: S101 - for the types
        self.process.stdin.write(f"{step}\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Facts:
        assert self.process.stdout is not None  # noqa: S101 - for the types
        line = self.process.stdout.readline()
        if not line:
            raise CommandError(f"It ended with exit code {self.process.wait()}; its messages are above.")
        answer = json.loads(line)
        if "error" in answer:
            raise CommandError(answer["error"])
        found: Facts = answer.get("result", {})
        return found

    def close(self) -> None:
        """End the process."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()


def point(link: Path, folder: Path) -> None:
    """Let the symlink name another folder, at once."""
    draft = link.with_name(f".{link.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(folder)
    draft.replace(link)


def named_by(link: Path) -> Release:
    """Return the release that the symlink names; raises CommandError where it names none."""
    if not link.is_symlink():
        raise CommandError(
            f"{link} is no symlink. It has to name the release that is served, as the service does: "
            "docs/operators.md, Upgrade, says how to get there. --current names another one."
        )
    return release_in(link)
