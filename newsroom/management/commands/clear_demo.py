"""`manage.py clear_demo`: removes the demo, which leaves an empty site."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsroom import demo
from newsroom.conditions.commands import here


class Command(BaseCommand):
    help = "Remove the demo's content, pictures and staff accounts. What you wrote yourself stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="don't ask")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        site = demo.site_settings()
        if not site or not site.is_demo:
            raise CommandError("This site is no demo; there is nothing to clear.")
        if not yes and input("Remove all demo content, edited or not? Type yes: ").strip().lower() != "yes":
            raise CommandError("Nothing was removed.")
        gone = demo.clear()
        self.stdout.write("Removed: " + ", ".join(f"{count} {kind}" for kind, count in gone.items()) + ".")
        if not User.objects.filter(is_superuser=True, is_active=True).exists():
            self.stdout.write(
                here("Nobody can sign in any more: `manage.py init_site` makes an administrator.")
            )
