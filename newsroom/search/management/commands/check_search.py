"""`manage.py check_search`: compares the index with the content."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from newsroom.conditions.commands import here
from newsroom.search.index import checking


class Command(BaseCommand):
    help = "Compare the search index with the content; the exit code is 1 where they differ. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for problem in checking.problems():
            found += 1
            self.stdout.write(problem)
        if found:
            self.stdout.write(
                here("The worker mends what changed within a minute; `manage.py reindex` mends all.")
            )
            sys.exit(1)
        self.stdout.write(f"The index agrees with the content: {checking.size()} entries.")
