"""The resources of the demo that have files: made by fixtures/make_documents.py, cleaned like any upload."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.utils import timezone

from articles import documents
from articles.dates import PartialDate
from articles.feeds.host import FeedHost
from articles.models.topic import Topic
from articles.resources import documentstore
from articles.resources.models.resource import Resource

FOLDER = settings.BASE_DIR / "fixtures" / "demo" / "documents"
# Name of the file, fields of the resource, time of publication.
EXAMPLES: list[tuple[str, dict[str, Any], datetime.datetime]] = [  # Any: values of fields of all types
    (
        "reading-figures.pdf",
        {
            "uuid": uuid.UUID("5a0f3f6a-4d0e-4c0b-9c39-2f6f0f3c1d11"),
            "kind": Resource.Kind.TOOLKIT,
            "title": "How to read a figure about trafficking",
            "slug": "how-to-read-a-figure",
            "summary": "Three pages on what figures count, and what to ask before one repeats them.",
        },
        datetime.datetime(2026, 7, 20, 8, tzinfo=datetime.UTC),
    ),
    (
        "dates-of-instruments.csv",
        {
            "uuid": uuid.UUID("0c8a2b57-6d63-4f0e-8f5c-8d2f5f1f7a22"),
            "kind": Resource.Kind.DATA,
            "title": "Eight instruments against trafficking and forced labour: dates",
            "slug": "dates-of-instruments",
            "summary": "A small table: when each was adopted, and since when it has been in force.",
        },
        datetime.datetime(2026, 7, 21, 8, tzinfo=datetime.UTC),
    ),
]


def load() -> None:
    """Publish the examples."""
    for name, words, moment in EXAMPLES:
        with (FOLDER / name).open("rb") as file:
            kept = documentstore.keep(documents.clean(file, filename=name))
        resource = Resource(
            **words,
            publisher="The Newsroom Demo Project",
            display_date=PartialDate.from_date(timezone.localdate(moment)),
            languages="en",
            published_at=moment,
        )
        resource.put_file(kept)
        resource.file_since = moment
        resource.publish()
        resource.save(force_insert=True)
        resource.topics.set(Topic.objects.filter(slug="data-and-research"))
        resource.reindex()


def clear() -> dict[str, int]:
    """Delete the examples; return the number of rows by what they are called.

    The host name in the ids of feeds is forgotten too, so that the site itself chooses its first one.
    """
    FeedHost.forget()
    gone = Resource.objects.filter(uuid__in=[words["uuid"] for _name, words, _moment in EXAMPLES])
    count = gone.count()
    gone.delete()
    return {"resources with files": count}
