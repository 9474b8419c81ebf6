"""`manage.py let_officer_in`: a code that opens the desk to one officer, from whoever has the machine."""

from argparse import ArgumentParser

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from inquiries.models import Admission
from inquiries.officers.membership import is_member, is_officer


class Command(BaseCommand):
    help = "Print a code that opens the desk of the inquiries to an officer; it holds for an hour, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the officer's name to sign in with")

    def handle(self, *args: object, username: str, **options: object) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account named {username}.")
        if not is_member(user):
            raise CommandError(
                f"{username} is no active inquiry officer. An administrator gives the role under Users."
            )
        if is_officer(user):
            self.stdout.write(f"The desk is open to {username} already.")
            return
        code = Admission.new_code(user)
        groups = "-".join(code[start : start + 4] for start in range(0, len(code), 4))
        self.stdout.write(
            f"{groups} opens the desk to {username} within an hour, once. {username} signs in, opens Inquiries and "
            "types it. Read it to them by telephone or in person; another new password or address makes it void."
        )
