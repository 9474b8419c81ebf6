"""`manage.py upgrade FOLDER`: from the release that is served to another one."""

from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.utils import timezone

from . import journal, messages
from .backward import Backward
from .journal import Journal
from .progress import Progress, run_as_the_site, run_here
from .releases import Release, install, require_space
from .running import Site
from .stepping import Facts, Stepper, named_by, point

BACKUP = "newsroom/backups/management/commands/backup.py"


class Forward:
    """One upgrade: everything that can fail is done while the version before serves, or undone."""

    def __init__(
        self, release: Release, link: Path, site: Site, commands: list[str], progress: Progress
    ) -> None:
        self.release, self.link, self.site, self.commands = release, link, site, commands
        self.progress = progress
        self.before = named_by(link)
        self.facts: Facts = {}

    def prepare(self) -> None:
        """Install the release and look what it means, while the version before serves."""
        progress, release = self.progress, self.release
        self._require_something_to_do()
        if not release.is_installed:
            with progress.step(f"Installed {release.version} in {release.folder}"):
                install(release, run_here)
        with progress.step("Looked at the database") as notes:
            self.stepper = Stepper(release)
            self.facts = self.stepper.ask("look")
            number = len(self.facts["pending"])
            notes.append(f"{number} {'migration' if number == 1 else 'migrations'} to run")
        for name in self.facts["pending"]:
            progress.write(f"  {name}")
        if self.facts["slow"]:
            tables = ", ".join(self.facts["slow"])
            progress.write(f"  Large tables that may be written anew, while nothing is served: {tables}.")
        if self.facts["pending"]:
            progress.write(f"  {self._way_back()}")
            require_space(settings.DATA_DIR, 2 * int(self.facts["size"]))

    def _require_something_to_do(self) -> None:
        """Raise CommandError where the release serves already, and while an upgrade to another one is unfinished."""
        last = Journal.last()
        if last and last.is_open and last.after != str(self.release.folder) and Path(last.after).is_dir():
            raise CommandError(
                f"The upgrade to {last.after} has ended before its time: run `manage.py upgrade {last.after}` once "
                "more, or `manage.py upgrade --back`. Then this one can begin."
            )
        if not (last and last.is_open) and self.before.folder == self.release.folder:
            raise CommandError(
                f"{self.link} names {self.release.folder} already: there is nothing to upgrade."
            )

    def _way_back(self) -> str:
        if self.facts["undoable"]:
            return "The way back undoes them, and keeps what is written meanwhile."
        if self.facts["can_copy"]:
            return (
                "The way back puts a copy of the database back: what is written after the change gets lost."
            )
        raise CommandError("These migrations can't be undone, and pg_dump and psql are missing for a copy.")

    def run(self) -> None:
        """Change the site over; raises CommandError where it goes on as it was."""
        with self.progress.step("Collected static files"):
            self.stepper.ask("prepare")
        if self.facts["pending"]:
            self._back_up()
            with self.progress.step("Rendered the models for the migrations"):
                self.stepper.ask("render")
            entry = self._open_journal()
            self._with_migrations(entry)
        else:
            self._try_the_pages()
            entry = self._open_journal()
            self._switch(entry)
        entry.note(phase=journal.DONE)

    def _open_journal(self) -> Journal:
        """Return the journal of an upgrade that was killed, or a new one."""
        last = Journal.last()
        if last and last.is_open and last.after == str(self.release.folder):
            self.progress.write(f"Going on with the upgrade of {last.at}.")
            return last
        entry = Journal(
            before=str(self.before.folder),
            after=str(self.release.folder),
            link=str(self.link),
            applied=[list(name) for name in self.facts["applied"]],
            at=timezone.now().isoformat(),
            undoable=bool(self.facts["undoable"]),
            commands=self.commands,
        )
        entry.note()
        return entry

    def _with_migrations(self, entry: Journal) -> None:
        progress = self.progress
        try:
            with progress.step("The site stands aside"):
                self.site.stand_aside(self.release, self.before)
            if self.facts["can_copy"]:
                with progress.step("Copied the database"):
                    self.stepper.ask("copy")
            entry.note(at=timezone.now().isoformat(), copied=self.facts["can_copy"])
            with progress.step("Migrated, and tried the pages") as notes:
                pages = self.stepper.ask("migrate")["pages"]
                notes.append(f"{pages} pages answer")
        except BaseException as error:  # Ctrl-C and SIGTERM, too
            self._recover(entry)
            raise CommandError(f"{error} The version before serves, and the database is as it was.") from None
        entry.note(phase=journal.MIGRATED)
        self._switch(entry)

    def _recover(self, entry: Journal) -> None:
        """Let the version before go on; where the migrations are done already, finish, and end this process."""
        self.stepper.close()
        self.stepper = Stepper(self.release)
        if not self.stepper.ask("look")["pending"]:
            entry.note(phase=journal.MIGRATED)
            self._switch(entry)
            entry.note(phase=journal.DONE)
            raise SystemExit(0)
        entry.note(phase=journal.BACK)
        with self.progress.step("The version before goes on"):
            self.site.go_on(self.before)

    def _back_up(self) -> None:
        """Make a backup elsewhere while the site serves, by the version that made its tables."""
        if not settings.BACKUP_TO:
            self.progress.write("No backup: BACKUP_TO is not set. A copy of the database stays beside it.")
            return
        folder = self.before.folder
        if not (folder / BACKUP).is_file():
            self.progress.write(
                "No backup: the version before makes none. A copy of the database stays beside it."
            )
            return
        with self.progress.step("Backed up"):
            run_as_the_site([str(self.before.python), "manage.py", "backup"], folder)

    def _try_the_pages(self) -> None:
        with self.progress.step("Tried the pages") as notes:
            pages = self.stepper.ask("try_out")["pages"]
            notes.append(f"{pages} pages answer")

    def _switch(self, entry: Journal) -> None:
        """Let the link and the site be of the new release; where it does not answer, go back."""
        try:
            with self.progress.step(f"Switched to {self.release.version}"):
                point(self.link, self.release.folder)
                self.site.go_on(self.release)
        except (CommandError, OSError) as error:
            self.progress.write(f"{error} Going back.")
            Backward(entry, self.site, self.progress, self.stepper).run()
            raise CommandError(f"{error} The version before serves again.") from None


def hold_the_lock() -> object:
    """Return what keeps other upgrades of this machine away; raises CommandError where one is under way."""
    lock = messages.hold(messages.UPGRADE_LOCK)
    if lock is None:
        raise CommandError("Another upgrade is under way on this machine.")
    return lock
