"""`manage.py demo`: serves the demo content as in production."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsroom import demo, serving


class Command(BaseCommand):
    help = "Load the demo content and its staff where they are missing, and serve the site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--load-only", action="store_true", help="load, and do not serve")

    def handle(self, *args: Any, load_only: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is off. Set DEMO=on, or start `make demo`.")
        if not load_only:
            serving.require_free_port()
        call_command("migrate", interactive=False, verbosity=0)
        if demo.load():
            self.stdout.write("The demo content is loaded.")
        self.password = demo.create_staff()
        if not load_only:
            serving.run(self.announce)

    def announce(self, url: str) -> None:
        self.stdout.write(f"Newsroom is at {url}")
        accounts = ", ".join(demo.STAFF)
        known = self.password or "the DEMO_PASSWORD of an earlier start"
        self.stdout.write(f"Staff sign in at {url}/admin/ as {accounts}; password: {known}")
        self.stdout.write("Press Ctrl-C to stop.")
        self.stdout.flush()
