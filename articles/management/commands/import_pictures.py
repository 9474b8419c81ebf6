"""Imports a folder of pictures into the library."""

from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles.models.article import Article
from newsroom.pictures.models import Image

type PictureEntry = dict[str, Any]  # Any: what YAML holds

WORDS = ("uuid", "alt_text", "is_decorative", "caption", "credit", "focal_x", "focal_y")


class Command(BaseCommand):
    """Import the pictures that pictures.yaml beside their folder describes and that the library lacks."""

    help = "Imports the pictures of a folder; pictures.yaml beside the folder says what they show."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, verbosity: int, **options: Any) -> None:
        entries = read_manifest(folder.resolve().parent / "pictures.yaml")
        known = {str(key) for key in Image.objects.values_list("uuid", flat=True)}
        new = [entry for entry in entries if str(entry["uuid"]) not in known]
        for entry in tqdm(new, unit="picture", disable=None):
            import_one(folder, entry)
        led = sum(lead_articles(entry) for entry in entries)
        if verbosity:
            self.stdout.write(f"{len(new)} pictures imported, {led} articles illustrated.")


def read_manifest(path: Path) -> list[PictureEntry]:
    """Return the entries of a manifest; raises CommandError for one that can't be read."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"{path}: {error}") from error
    for entry in entries:
        if not isinstance(entry, dict) or not {"uuid", "file"} <= entry.keys():
            raise CommandError(f"{path}: every picture needs uuid and file; look at {entry!r}")
    return entries


def import_one(folder: Path, entry: PictureEntry) -> None:
    """Store one picture of the manifest; raises CommandError where it is refused."""
    path = folder / entry["file"]
    words = {key: entry[key] for key in WORDS if key in entry}
    missing = Image(**words).missing_words()
    if missing:
        raise CommandError(f"{path}: {' '.join(map(str, missing.values()))}")
    try:
        with path.open("rb") as file:
            Image.objects.create_from_upload(file, **words)
    except (OSError, ValidationError) as error:
        reason = error if isinstance(error, OSError) else " ".join(error.messages)
        raise CommandError(f"{path}: {reason}") from error


def lead_articles(entry: PictureEntry) -> int:
    """Set the picture as the lead of those of its articles that have none; return their number."""
    slugs = [*entry.get("article_slugs", []), *filter(None, [entry.get("article_slug")])]
    bare = list(Article.objects.filter(slug__in=slugs, lead_picture=None))
    for article in bare:
        article.lead_picture = Image.objects.get(uuid=entry["uuid"])
        article.save(update_fields=["lead_picture"])
    return len(bare)
