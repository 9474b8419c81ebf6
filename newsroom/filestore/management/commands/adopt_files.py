"""Tie the database to the store that FILES_URL names, after files were moved or lost."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from newsroom.faults.outages import FilesAway
from newsroom.filestore import identity


class Command(BaseCommand):
    """Make this store the one of the site, after a look at which files are missing in it."""

    help = "Makes the folder or bucket of FILES_URL (empty: DATA_DIR) the one that holds the site's files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            known = list(identity.folders())
            missing = sum(identity.is_missing(*one) for one in tqdm(known, unit="folder", disable=None))
            told = (
                f"Of {len(known)} pictures and documents that the database knows, {missing} are missing here."
            )
            self.stdout.write(told)
            if not options["yes"] and input("Make this store the site's? [y/N] ").strip().lower() != "y":
                raise CommandError("Nothing was changed.")
            identity.adopt()
        except FilesAway as error:
            raise CommandError(f"{error}. Nothing was changed.") from None
        self.stdout.write("This store is the site's now. Restart the other machines with the same FILES_URL.")
