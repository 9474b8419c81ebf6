"""A library of resources to look through, and what is measured there; runs inside `manage.py shell`."""

import datetime
import itertools
import json
import random
import statistics
import time

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.dates import PartialDate
from articles.models import Country, Resource, Topic
from articles.resources.models.resource import mend_subjects
from newsroom.pagecache import contentversion

CHUNK = 500
LANGUAGES = ["en", "en fr", "en lo th", "th", "en ar es fr ru zh-hans", "vi"]
WORDS = [
    "shelter",
    "contract",
    "border",
    "recruiter",
    "wages",
    "papers",
    "court",
    "village",
    "figures",
    "training",
]
PAGES = {
    "list": "/resources/",
    "list, page 5": "/resources/?page=5",
    "by date": "/resources/?sort=date",
    "by title": "/resources/?sort=title",
    "kind": "/resources/?kind=report",
    "country": "/resources/?country=country-3",
    "topic": "/resources/?topic=topic-3",
    "language": "/resources/?language=en",
    "year": "/resources/?year=2015",
    "kind, language": "/resources/?kind=report&language=en",
    "nothing left": "/resources/?kind=law&country=country-3&topic=topic-3&language=vi&year=1999",
    "search, word in 1 %": "/search/?q=seldom&type=resource",
    "search, word in one of ten": "/search/?q=shelter&type=resource",
    "search, word in all": "/search/?q=everywhere&type=resource",
}


def resources(count):
    """Yield resources that are not saved; the same ones every time."""
    source = random.Random(4)
    first = datetime.datetime(2006, 1, 1, tzinfo=datetime.UTC)
    for number in range(count):
        published = first + datetime.timedelta(minutes=number * 500)
        rare = "seldom " if number % 100 == 0 else ""
        word = WORDS[number % len(WORDS)]
        yield Resource(
            title=f"{source.choice(WORDS).capitalize()} and {source.choice(WORDS)} {number}",
            slug=f"bench-{number}",
            kind=source.choice(Resource.Kind.values),
            summary=f"What is known of the {word} everywhere. {rare}Number {number}.",
            body_html=f"<p>{' '.join(source.choices(WORDS[5:], k=120))}.</p>",
            file_text=f"{' '.join(source.choices(WORDS[5:], k=400))}.",
            link=f"https://example.org/{number}",
            publisher=f"Publisher {source.randrange(50)}",
            display_date=PartialDate(source.randint(1990, 2026), source.randint(1, 12)),
            languages=source.choice(LANGUAGES),
            state="published",
            published_at=published,
            first_published_at=published,
        )


def build(count):
    """Fill an empty site, and write its index."""
    call_command("collectstatic", interactive=False, verbosity=0)
    source = random.Random(5)
    codes = ["".join(pair) for pair in itertools.islice(itertools.product("ABCDEF", "ABCDEF"), 30)]
    countries = Country.objects.bulk_create(
        Country(iso_code=code, name=f"Country {code}", slug=f"country-{number}")
        for number, code in enumerate(codes)
    )
    topics = Topic.objects.bulk_create(
        Topic(name=f"Topic {number}", slug=f"topic-{number}") for number in range(12)
    )
    for chunk in itertools.batched(resources(count), CHUNK):
        with transaction.atomic():
            rows = Resource.objects.bulk_create(chunk)
            for name, relation, subjects in [
                ("country", "countries", countries),
                ("topic", "topics", topics),
            ]:
                through = getattr(Resource, relation).through
                through.objects.bulk_create(
                    through(**{"resource_id": row.pk, f"{name}_id": subject.pk})
                    for row in rows
                    for subject in source.sample(subjects, source.randint(1, 2))
                )
    mend_subjects()
    call_command("reindex", "--restart", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def measure(times=9):
    """Print, as JSON, the median milliseconds and the number of queries of each page, in a known content version."""
    contentversion.start_polling()  # as a web process does
    while contentversion.current() is None:
        time.sleep(0.05)
    client = Client(headers={"host": "127.0.0.1"})
    figures = {}
    for name, address in PAGES.items():
        taken = []
        for _time in range(times + 1):  # the first one warms up
            began = time.perf_counter()
            answer = client.get(address)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, address
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        figures[name] = (statistics.median(taken[1:]), len(captured))
    print(json.dumps(figures))
