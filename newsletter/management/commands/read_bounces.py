"""`manage.py read_bounces`: reports of mail servers, from stdin or from a Maildir."""

import mailbox
import os
import sys
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from newsletter.sending.bounces.handling import Fate, take

LARGEST = 10 * 1024 * 1024  # bytes of one report


class Command(BaseCommand):
    help = (
        "Read mail that came to the return path: one message from stdin, or all new ones of a Maildir, "
        "which are deleted there once they were taken up."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--maildir", help="a folder with cur, new and tmp, instead of stdin")
        parser.add_argument("--recipient", default="", help="the address that the message came to")

    def handle(self, *args: Any, maildir: str | None, recipient: str, **options: Any) -> None:
        if maildir:
            self.read_maildir(maildir)
            return
        try:
            fate = take(sys.stdin.buffer.read(LARGEST), recipient)
        except DatabaseError as error:  # a mail server tries again after this code
            raise CommandError("The database is out of reach.", returncode=os.EX_TEMPFAIL) from error
        if options["verbosity"] > 1:
            self.stdout.write(fate.value)

    def read_maildir(self, path: str) -> None:
        """Handle every new message; those that are no report about ours are kept and marked as read."""
        try:
            folder = mailbox.Maildir(path, create=False)
            keys = list(folder.keys())
        except (mailbox.NoSuchMailboxError, FileNotFoundError):
            raise CommandError(f"{path} is no Maildir: it lacks cur, new or tmp.") from None
        counts: Counter[str] = Counter()
        for key in keys:
            message = folder.get_message(key)
            if message.get_subdir() != "new":
                continue
            fate = take(folder.get_bytes(key)[:LARGEST])
            counts[fate.value] += 1
            if fate is Fate.IGNORED:
                message.set_subdir("cur")
                message.add_flag("S")
                folder[key] = message
            else:
                folder.remove(key)
        self.stdout.write(", ".join(f"{counts[fate.value]} {fate.value}" for fate in Fate))
