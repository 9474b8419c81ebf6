"""`manage.py restore FILE`: puts a backup in place of what is there, or into an empty place."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from newsroom.backups import parts, presence, settling
from newsroom.backups.refused import Refused
from newsroom.backups.restoring import putting
from newsroom.backups.running import in_words
from newsroom.conditions.commands import here
from newsroom.faults.outages import FilesAway

YES = {"y", "yes"}


class Command(BaseCommand):
    help = "Put a backup in place of the site's database and files; the site must not serve meanwhile."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            metavar="FILE",
            help="a backup, by its path, or by its name where it lies in BACKUP_TO; its parts lie beside it",
        )
        parser.add_argument("--yes", action="store_true", help="answer every question with yes, for scripts")
        parser.add_argument(
            "--continue", action="store_true", dest="goes_on", help="go on after an interruption"
        )
        parser.add_argument(
            "--take-files",
            action="store_true",
            help="the pictures and documents of FILES_URL are this site's alone, whatever database had them before",
        )
        for part in parts.all_parts():
            parser.add_argument(
                f"--without-{part.name}", action="store_true", help=f"put it back without {part.name}"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        self.yes = options["yes"]
        if bool(options["file"]) == options["goes_on"]:
            raise CommandError("Name a backup, or say --continue.")
        try:
            if options["goes_on"]:
                if presence.is_settled():
                    raise Refused("No backup waits to be finished; nothing was done.")
                putting.finish(self.say, self.ask)
            else:
                without = frozenset(
                    part.name for part in parts.all_parts() if options[f"without_{part.name}"]
                )
                takes_files = options["take_files"]
                putting.Restoring(options["file"], without, self.say, self.ask, takes_files).run()
        except (Refused, OSError, FilesAway, DatabaseError) as error:
            raise CommandError(in_words(error)) from None
        if settling.lacks_ledger():
            self.say(
                "The ledger of erasures does not reach back: what it does not hold is on the site again."
            )
        self.say(
            here(
                "The backup is in place. The site can serve; its worker is paused: no mail leaves and nothing is "
                "deleted by age until `manage.py resume`."
            )
        )

    def ask(self, question: str) -> bool:
        if self.yes:
            return True
        try:
            return input(f"{question} [y/N] ").strip().lower() in YES
        except EOFError:
            raise CommandError(f"{question} Nobody is there to answer; --yes says yes.") from None

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
