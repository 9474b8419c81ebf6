"""`manage.py doctor`: says what is not well or not ready, and what to do; `--mail` tries the mail."""

import os
import shutil
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _

import newsroom
from newsroom import doctor
from newsroom.conditions.conditions import Weight
from newsroom.conditions.watch import WATCHED
from newsroom.faults import writers
from newsroom.outbox import mailtrial

WIDEST = 100  # columns


class Command(BaseCommand):
    help = "Look at everything that the site needs. Exit code 1 where something fails."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mail", metavar="ADDRESS", help="send a mail there now, and show what the server says"
        )

    def handle(self, *args: Any, mail: str | None, **options: Any) -> None:
        if mail:
            self.try_mail(mail)
        else:
            self.look()

    def look(self) -> None:
        """Print the list; exits with 1 where something fails."""
        os.environ[WATCHED] = "1"  # what is wrong stands in the list, and not in lines of the log as well
        writers.never_make_a_database()
        styles = {
            Weight.FAILING: self.style.ERROR,
            Weight.UNREADY: self.style.WARNING,
            doctor.WELL: self.style.SUCCESS,
        }
        self.stdout.write(f"Newsroom {newsroom.__version__}, {settings.SITE_URL}\n\n")
        found = doctor.examine()
        columns = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
        for line, weight in doctor.page(found, columns):
            self.stdout.write(styles[weight](line) if weight else line)
        if any(doctor.weight_of(one) == Weight.FAILING for one in found):
            self.stdout.flush()
            sys.exit(1)

    def try_mail(self, address: str) -> None:
        """Send the mail, and print what the server says; raises CommandError where it was not taken."""
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(_("“%(address)s” is no mail address.") % {"address": address}) from None
        self.stdout.write(
            _("A mail from %(sender)s to %(address)s …")
            % {"sender": settings.DEFAULT_FROM_EMAIL, "address": address}
        )
        try:
            said = mailtrial.send(address)
        except mailtrial.Refused as refusal:
            raise CommandError(_("It was not taken: %(words)s") % {"words": refusal}) from None
        self.stdout.write(_("It was taken: %(words)s") % {"words": said})
