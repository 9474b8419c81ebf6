"""Write the files of pictures again that are missing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from tqdm import tqdm

from newsroom.pictures.models import Image
from newsroom.pictures.orphans import remove_orphans


class Command(BaseCommand):
    """Rebuild missing renditions, and remove files that no picture owns any more."""

    help = "Rebuilds missing renditions of pictures, and removes files that no picture owns."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuilt, lost = 0, []
        pictures = Image.objects.available()
        bar = tqdm(pictures.iterator(), total=pictures.count(), unit="picture", disable=None)
        for image in bar:
            if not image.missing_files():
                continue
            try:
                image.render_missing()
                rebuilt += 1
            except ValidationError as error:
                lost.append(f"{image.uuid}: {' '.join(error.messages)}")
        removed = remove_orphans()
        self.stdout.write(f"{rebuilt} rebuilt, {removed} orphans removed, {len(lost)} without a file.")
        for line in lost:
            self.stderr.write(line)
