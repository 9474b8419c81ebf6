"""Search quality: the table of queries, on whichever database the suite runs."""

import datetime

import pytest
from django.utils import timezone

from articles.dates import PartialDate
from articles.models import Article
from newsroom.search.querying import results
from newsroom.search.querying.query import parse

from .documents import DOCUMENTS, HIDDEN
from .queries import ALL, QUERIES

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """Store all documents once; every test reads them."""
    with django_db_blocker.unblock():
        now = timezone.now()
        for slug, (language, date, title, dek, body) in DOCUMENTS.items():
            published = datetime.datetime(int(date[:4]), int(date[5:]), 1, tzinfo=datetime.UTC)
            Article(
                slug=slug,
                language=language,
                title=title,
                dek=dek,
                body_html=body,
                display_date=PartialDate.from_iso(date),
                state=slug if slug in {"draft", "withdrawn"} else "published",
                published_at=now + datetime.timedelta(days=1) if slug == "scheduled" else published,
                first_published_at=published,
            ).save()
        yield
        for article in Article.objects.filter(slug__in=DOCUMENTS):
            article.delete()


def found(typed):
    """Return the slugs that a query finds, in order."""
    return [hit.object.slug for hit in results.find(parse(typed), results.Narrowing()).hits]


@pytest.mark.parametrize(("typed", "wanted", "unwanted"), QUERIES, ids=[row[0] for row in QUERIES])
def test_it_finds_what_the_table_says(library, typed, wanted, unwanted):
    slugs = found(typed)
    assert set(wanted) <= set(slugs[:5])
    assert not HIDDEN & set(slugs)
    if unwanted == ALL:
        assert set(slugs) == set(wanted)
    else:
        assert not set(unwanted) & set(slugs)


def test_the_table_has_80_queries_and_no_name_that_is_no_document():
    assert len({typed for typed, _wanted, _unwanted in QUERIES}) >= 80
    names = {name for _typed, wanted, unwanted in QUERIES for name in [*wanted, *unwanted] if unwanted != ALL}
    assert names <= DOCUMENTS.keys()


def test_title_weighs_over_dek_over_text_and_newer_stands_before_older(library):
    assert found("quarterly meeting") == ["meeting-title", "meeting-dek", "newer", "older"]
