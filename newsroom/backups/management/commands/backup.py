"""`manage.py backup`: makes a backup while the site runs, or restores one into scratch and compares."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone

from newsroom.backups import keys, nightly, running
from newsroom.backups.models import BackupRun
from newsroom.backups.refused import Refused
from newsroom.backups.running import in_words
from newsroom.outbox import worker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Make an encrypted backup of database, media and documents; the site goes on running."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            default="",
            metavar="DIR",
            help="into this folder instead of BACKUP_TO, or from it",
        )
        parser.add_argument(
            "--verify",
            nargs="?",
            const="",
            metavar="FILE",
            help="restore a backup into scratch and compare every row and file: this one, or the newest",
        )
        parser.add_argument(
            "--new-key", action="store_true", help="print a new key for BACKUP_KEY_FILE, once"
        )
        parser.add_argument("--nightly", action="store_true", help="what is due; the worker calls it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_key"]:
                self.print_new_key()
            elif options["nightly"]:
                self.do_what_is_due()
            elif options["verify"] is not None:
                self.say(running.verify(options["verify"], self.say, go_on, options["to"]).words)
            else:
                self.say(running.back_up(options["to"], self.say, go_on).words)
        except (Refused, DatabaseError) as error:
            if options["nightly"]:
                logger.error("Backup: %s", in_words(error))
                return
            raise CommandError(in_words(error)) from None

    def do_what_is_due(self) -> None:
        """Make a backup and look at one, each if it is due; without tables there is nothing to keep."""
        if BackupRun._meta.db_table not in connection.introspection.table_names():
            return
        if nightly.backup_is_due(timezone.now()):
            running.back_up("", self.say, go_on)
        if nightly.verifying_is_due(timezone.now()):
            running.verify("", self.say, go_on)

    def print_new_key(self) -> None:
        """Print a key that is stored nowhere."""
        self.stdout.write(keys.new_identity())
        self.stderr.write(
            "This is shown once, and stored nowhere. Put it into the file that BACKUP_KEY_FILE names, and keep a copy "
            "where neither the site nor its backups are: without it nobody can open them."
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def go_on() -> None:
    """Do nothing between two steps, unless this process was asked to stop; raises Refused then."""
    if worker.stopping.is_set():
        raise Refused("It was asked to stop; nothing was kept.")
