"""`manage.py serve`: the whole site, web server and worker, as one command."""

import logging
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from newsroom import serving
from newsroom.logs import logs


class Command(BaseCommand):
    help = "Serve the site on HOST and PORT with its worker, until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        logs.tell_what_nobody_catches()
        try:
            serving.run(self.announce)
        except CommandError as error:
            if not logs.is_json():
                raise
            logging.getLogger("newsroom.started").error("%s", error)
            sys.exit(error.returncode)

    def announce(self, url: str) -> None:
        said = f"Newsroom is at {url}"
        if logs.is_json():
            logging.getLogger("newsroom.started").info(said)
            return
        self.stdout.write(said)
        self.stdout.flush()
