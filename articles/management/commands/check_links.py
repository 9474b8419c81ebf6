"""Checks links to other sites at once; the worker does so by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles.links import rounds
from articles.links.models import Link


class Command(BaseCommand):
    """Find the links on public pages, and check those that are due."""

    help = "Checks the links to other sites that are due. The worker does so too, all the time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="check every link, due or not")

    def handle(self, *args: Any, all: bool, verbosity: int, **options: Any) -> None:
        number = rounds.gather()
        if all:
            Link.objects.filter(is_left_alone=False).update(due_at="2000-01-01T00:00:00Z")
        done = rounds.check_due(most=number + 1)
        if verbosity:
            dead = Link.objects.dead().count()
            self.stdout.write(f"{number} links, {done} checked, {dead} dead.")
