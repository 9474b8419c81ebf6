"""`manage.py upgrade FOLDER`: changes the running site to the release in a folder, and back."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsroom.conditions.commands import here
from newsroom.upgrading import running
from newsroom.upgrading.backward import Backward
from newsroom.upgrading.forward import Forward, hold_the_lock
from newsroom.upgrading.journal import Journal
from newsroom.upgrading.progress import Progress, run_here
from newsroom.upgrading.releases import Release, install, release_in


def stop_here(*_: object) -> None:
    """End by an exception, so that what was begun is undone."""
    raise CommandError("Stopped.")


class Command(BaseCommand):
    help = (
        "Change the running site to the release in FOLDER: install it, migrate, try it out, switch. "
        "Whatever fails before leaves the site as it was. --back returns to the release before."
    )
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", help="where the release lies")
        parser.add_argument(
            "--check", action="store_true", help="install it, say what would happen, and stop"
        )
        parser.add_argument(
            "--back", action="store_true", help="return to the release before the last upgrade"
        )
        parser.add_argument(
            "--copy", action="store_true", help="with --back: put the copy of the database back in any case"
        )
        parser.add_argument("--yes", action="store_true", help="with --back: do not ask")
        parser.add_argument("--current", help="the symlink that names the release that is served")
        parser.add_argument("--unit", default="newsroom", help="the systemd unit, where root upgrades")
        parser.add_argument(
            "--stop", default="", help="the command that stops the site, where it can't be asked"
        )
        parser.add_argument("--start", default="", help="the command that starts it")

    def handle(self, *args: Any, folder: str | None, back: bool, **options: Any) -> None:
        self.progress = Progress(self.tell)
        if back == bool(folder):
            raise CommandError("Name the folder of a release, or --back.")
        self.lock = hold_the_lock()  # until this process ends
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop_here)
        if back:
            self.go_back(**options)
        else:
            self.go_on_with(release_in(folder or ""), **options)

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def go_on_with(
        self,
        release: Release,
        *,
        current: str,
        check: bool,
        stop: str,
        start: str,
        unit: str,
        **_: Any,
    ) -> None:
        """Upgrade; another release's own command does it, since it knows what it needs."""
        if release.folder != settings.BASE_DIR:
            if not release.is_installed:
                with self.progress.step(f"Installed {release.version} in {release.folder}"):
                    install(release, run_here)
            self.hand_over(release)
        link = Path(current) if current else release.folder.parent.parent / "current"
        site = running.find(stop, start, unit)
        forward = Forward(release, link, site, [stop, start] if stop else [], self.progress)
        self.tell(f"From {forward.before.version} to {release.version}; {site.name}.")
        forward.prepare()
        if check:
            self.tell("Nothing was changed.")
            return
        forward.run()
        back = here("`manage.py upgrade --back`")
        self.tell(f"Done: {release.version} is served. {back} returns to {forward.before.version}.")

    def hand_over(self, release: Release) -> None:
        """Let the other release's command do it, in this process."""
        python = str(release.python)
        os.execv(python, [python, str(release.folder / "manage.py"), *sys.argv[1:]])  # noqa: S606

    def go_back(self, *, copy: bool, yes: bool, stop: str, start: str, unit: str, **_: Any) -> None:
        """Return to the release before, after saying what that loses."""
        entry = Journal.last()
        if entry is None or entry.phase == "back":
            raise CommandError("There is no upgrade of this machine to go back from.")
        if not stop and entry.commands:
            stop, start = entry.commands
        site = running.find(stop, start, unit)
        backward = Backward(entry, site, self.progress)
        way, losses = backward.weigh(copy)
        self.tell(f"From {backward.after.version} back to {backward.before.version}; {site.name}.")
        self.tell(
            {
                "": "The database did not change: nothing is lost.",
                "undo": "The migrations are undone. What was written since stays, but for:",
                "put_back": f"The copy of {entry.at} is put back. What was written since is lost:",
            }[way]
        )
        for line in losses or (["nothing"] if way else []):
            self.tell(f"  {line}")
        if not yes and input("Go back? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was changed.")
        backward.run(way)
        self.tell(f"Done: {backward.before.version} is served again.")
