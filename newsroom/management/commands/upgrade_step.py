"""`manage.py upgrade_step`: the steps of `manage.py upgrade`, which starts it by itself."""

import json
import sys
from contextlib import redirect_stdout
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import get_resolver

from newsroom.upgrading import steps


class Command(BaseCommand):
    help = (
        "The steps of `manage.py upgrade`, which starts it by itself: it reads their names, one a line, "
        "and answers each with a line of JSON. It is loaded before the site stops, so that nobody waits for that."
    )
    requires_migrations_checks = False
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        _ = get_resolver().url_patterns  # which loads the whole site
        self.answer(loaded=True)
        for line in sys.stdin:
            try:
                with redirect_stdout(sys.stderr):  # what commands say is no answer
                    result = steps.STEPS[line.strip()](self.stderr.write)
                self.answer(result=result)
            except CommandError as error:
                self.answer(error=str(error))
            except Exception as error:  # whatever a migration raises
                self.answer(error=f"{type(error).__name__}: {error}")

    def answer(self, **values: object) -> None:
        self.stdout.write(json.dumps(values))
        self.stdout.flush()
