"""`manage.py reset_second_factor <user name>`: for an Administrator whom no colleague can help."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from newsroom.signin import events
from newsroom.signin.secondfactor import factors


class Command(BaseCommand):
    help = (
        "Take a lost second factor away from an account, and end its sessions. The account and all Administrators are "
        "told by mail, and the log has it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username!r}.")
        if not factors.reset(user, events.SERVER):
            raise CommandError(f"{username} has no second factor.")
        self.stdout.write(
            f"The second factor of {username} is taken away. Set up a new one at the next sign-in."
        )
