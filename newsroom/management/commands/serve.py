"""`manage.py serve`: the whole site, web server and worker, as one command."""

from typing import Any

from django.core.management.base import BaseCommand

from newsroom import serving


class Command(BaseCommand):
    help = "Serve the site on HOST and PORT with its worker, until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        serving.run(self.announce)

    def announce(self, url: str) -> None:
        self.stdout.write(f"Newsroom is at {url}")
        self.stdout.flush()
