"""`manage.py resume`: decides how a site goes on after a backup was put back, and ends the pause."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsroom.backups import presence
from newsroom.backups.refused import Refused
from newsroom.backups.resuming import matters
from newsroom.backups.resuming.matters import Matter
from newsroom.conditions.commands import here
from newsroom.offers import offered
from newsroom.outbox import pausing


class Command(BaseCommand):
    help = (
        "Decide what becomes of mail and newsletters after a backup was put back, and let mail leave again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="ask nothing: nobody gets a mail twice")
        for matter in offered("matters"):
            one_of = parser.add_mutually_exclusive_group()
            for way in matter.ways:
                one_of.add_argument(
                    f"--{way.name}", action="store_const", const=way.name, dest=matter.name, help=way.label
                )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            presence.require_settled()
        except Refused as error:
            raise CommandError(here(str(error))) from None
        put_back = matters.waiting()
        if put_back is None:
            was_paused = pausing.is_paused()
            pausing.resume()
            self.stdout.write("The pause is over." if was_paused else "The site is not paused.")
            return
        self.stdout.write(f"A backup of {put_back.made_at:%Y-%m-%d %H:%M} UTC was put back.")
        chosen = {}
        for matter, differs in matters.open_matters(put_back):
            for sentence in differs:
                self.stdout.write(sentence)
            chosen[matter.name] = options[matter.name] or self._ask(matter, options["yes"])
        for sentence in matters.resume(put_back, chosen):
            self.stdout.write(sentence)
        self.stdout.write("The pause is over: mail leaves again, and what is too old is deleted again.")

    def _ask(self, matter: Matter, is_yes: bool) -> str:
        """Return the name of the chosen way; raises CommandError where nobody is there to be asked."""
        if is_yes:
            return matter.ways[0].name
        if not sys.stdin.isatty():
            options = " or ".join(f"--{way.name}" for way in matter.ways)
            raise CommandError(
                f"{matter.question} Say it by {options}, or --yes for the first. Nothing was changed."
            )
        self.stdout.write(matter.question)
        for number, way in enumerate(matter.ways, start=1):
            self.stdout.write(f"  {number}  {way.label}")
        typed = input("1: ").strip() or "1"
        if not typed.isdecimal() or not 1 <= int(typed) <= len(matter.ways):
            raise CommandError(f"{typed!r} is none of the answers. Nothing was changed.")
        return matter.ways[int(typed) - 1].name
