"""`manage.py serve`: the whole site, web server and worker, as one command."""

import logging
from typing import Any

from django.core.management.base import BaseCommand

from newsroom import serving
from newsroom.guard import logs


class Command(BaseCommand):
    help = "Serve the site on HOST and PORT with its worker, until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        serving.run(self.announce)

    def announce(self, url: str) -> None:
        said = f"Newsroom is at {url}"
        if logs.is_json():
            logging.getLogger("newsroom.started").info(said)
            return
        self.stdout.write(said)
        self.stdout.flush()
