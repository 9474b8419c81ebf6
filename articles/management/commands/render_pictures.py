"""Write the files of pictures again that are missing."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from articles.models import Image
from articles.models.picturefiles import FOLDER, remove_files


class Command(BaseCommand):
    """Rebuild missing renditions, and remove files that no picture owns any more."""

    help = "Rebuilds missing renditions of pictures, and removes files that no picture owns."

    def handle(self, *args, **options):
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


def remove_orphans():
    """Remove folders that no available picture owns after a day, as a crash leaves; return their number."""
    try:
        keys, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    owned = set(Image.objects.available().values_list("storage_key", flat=True))
    removed = 0
    for key in set(keys) - owned:
        _folders, names = default_storage.listdir(f"{FOLDER}/{key}")
        young = timezone.now() - timedelta(days=1)
        if all(default_storage.get_modified_time(f"{FOLDER}/{key}/{name}") < young for name in names):
            remove_files(key)
            removed += 1
    return removed
