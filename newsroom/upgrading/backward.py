"""`manage.py upgrade --back`: from the release that was upgraded to back to the one before."""

from pathlib import Path

from django.core.management import CommandError

from newsroom.conditions.commands import here

from . import journal
from .journal import Journal
from .progress import Progress, run_as_the_site
from .releases import Release, release_in
from .running import Site
from .stepping import Stepper, point

SETTLING = "newsroom/backups/settling.py"  # a version without it can't pause
RENDERING = "newsroom/upgrading/rendering.py"  # one without it renders as it undoes


class Backward:
    """The way back of the last upgrade."""

    def __init__(
        self, entry: Journal, site: Site, progress: Progress, stepper: Stepper | None = None
    ) -> None:
        self.entry, self.site, self.progress = entry, site, progress
        self.before: Release = release_in(entry.before)
        self.after: Release = release_in(entry.after)
        self.stepper = stepper or Stepper(self.after)

    def weigh(self, wants_copy: bool = False) -> tuple[str, list[str]]:
        """Return how the database goes back ("", "undo" or "put_back"), and what that loses.

        Raises CommandError where there is no way.
        """
        if self.entry.phase == journal.PUTTING_BACK:  # killed meanwhile: what is lost was told
            return "put_back", []
        facts = self.stepper.ask("weigh")
        if not facts["changed"]:
            return "", []
        if facts["undoable"] and not wants_copy:
            return "undo", facts["undoing_loses"]
        if facts["copied"]:
            return "put_back", facts["copy_loses"]
        raise CommandError(
            here(
                "The migrations can't be undone, and there is no copy of the database: put a backup back "
                "by `manage.py restore FILE`, then start the version before."
            )
        )

    def run(self, way: str | None = None) -> None:
        """Go back; raises CommandError where the version before does not answer."""
        if way is None:
            way = self.weigh()[0]
        folder = self.before.folder
        if way == "undo" and (self.after.folder / RENDERING).is_file():
            with self.progress.step("Rendered the models for the way back"):
                self.stepper.ask("render_back")
        if way:
            with self.progress.step("The site stands aside"):
                self.site.stand_aside(self.before, self.after)
        if way == "undo":
            with self.progress.step("Undid the migrations"):
                self.stepper.ask("undo")
        if way == "put_back":
            self._put_the_copy_back()
        with self.progress.step(f"Switched back to {self.before.version}"):
            point(Path(self.entry.link), folder)
            self.site.go_on(self.before)
        self.entry.note(phase=journal.BACK)
        with self.progress.step("Set the roles of the version before"):
            command = [str(self.before.python), "manage.py", "migrate", "--no-input", "--verbosity", "0"]
            run_as_the_site(command, folder)

    def _put_the_copy_back(self) -> None:
        """Put it back; killed before the end, nothing is served until this is run again."""
        self.entry.note(phase=journal.PUTTING_BACK)
        with self.progress.step("Put the copy of the database back"):
            self.stepper.ask("put_back")
        if (self.before.folder / SETTLING).is_file():
            with self.progress.step("Did again what was erased since"):
                Stepper(self.before).ask("settle")
            self.progress.write(
                here("The worker is paused, and sends no mail: `manage.py resume` says what is next.")
            )
        self.entry.note(phase=journal.DONE)
