"""`manage.py recheck`: lists stored content that today's rules would treat differently; changes nothing."""

from argparse import ArgumentParser
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "List stored texts, documents and imported readers that today's rules would treat otherwise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--list",
            type=Path,
            dest="path",
            help="a CSV file of readers that was imported: name those of it whom it says not to mail",
        )

    def handle(self, *args: object, path: Path | None = None, **options: object) -> None:
        counts = []
        for config in apps.get_app_configs():
            # An app offers by `rechecks(path)` of its AppConfig functions by name, each of which yields sentences.
            for name, found in getattr(config, "rechecks", lambda _path: {})(path).items():
                count = 0
                for sentence in found():
                    self.stdout.write(sentence)
                    count += 1
                counts.append(f"{count} {name}")
        self.stdout.write(f"Treated otherwise today: {', '.join(counts)}. Nothing was changed.")
