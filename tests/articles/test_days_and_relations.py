"""Days are those of the site's zone, every published piece has one, and relations share what they are counted for."""

import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from articles.dates import PartialDate
from articles.lists import related
from articles.lists.related import beside, news_about
from articles.models import Article
from newsletter.models import Issue
from newsletter.readers.models.lists import Export
from newsroom.search.index import indexer
from newsroom.search.querying import results
from newsroom.search.querying.query import parse

pytestmark = pytest.mark.django_db
# In Vientiane (UTC+7) the first day of 2026, in UTC the last of 2025; in Honolulu (UTC-10) the reverse.
EVENING = dt.datetime(2025, 12, 31, 20, 0, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 1, 1, 3, 0, tzinfo=dt.UTC)
ZONES = [("Asia/Vientiane", EVENING, "2026-01-01"), ("Pacific/Honolulu", MORNING, "2025-12-31")]


@pytest.fixture(params=ZONES, ids=[zone for zone, _moment, _day in ZONES])
def day(request, settings):
    """Return a moment and the day that it falls on at the site."""
    zone, moment, there = request.param
    settings.TIME_ZONE = zone
    timezone.get_default_timezone.cache_clear()
    timezone.deactivate()
    yield moment, there
    timezone.get_default_timezone.cache_clear()


def undated(make_article, moment, **values):
    """Return an article without a displayed date, as former versions of the site could leave one."""
    article = make_article(slug="undated", published_at=moment, **values)
    Article.objects.update(display_date="")
    indexer.mend()
    return article


def test_citations_and_metadata_name_the_day_of_the_site(client, make_article, day):
    moment, there = day
    undated(make_article, moment)
    year, month, of_month = there.split("-")
    page = client.get("/news/undated/").text
    assert f'name="citation_publication_date" content="{there.replace("-", "/")}"' in page
    assert f"({year}, " in page
    graph = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])["@graph"]
    [article] = [thing for thing in graph if thing["@type"] == "NewsArticle"]
    assert article["datePublished"].startswith(there)
    assert dt.datetime.fromisoformat(article["datePublished"]) == moment
    assert f"year = {{{year}}}" in client.get("/news/undated/cite.bib").text
    assert f"DA  - {year}/{month}/{of_month}/" in client.get("/news/undated/cite.ris").text
    assert f'<time datetime="{there}">' in page


def found(typed, first, last):
    narrowing = results.Narrowing(
        first_day=dt.date.fromisoformat(first), last_day=dt.date.fromisoformat(last)
    )
    return results.find(parse(typed), narrowing).count


def test_search_goes_by_the_days_of_the_site(make_article, day):
    moment, there = day
    undated(make_article, moment, title="Lanterns")
    Issue.objects.create(subject="Rivers", slug="rivers", state="sent", published_at=moment)
    for typed in ["lanterns", "rivers"]:
        assert found(typed, there, there) == 1, typed
        assert found(typed, f"{moment:%Y-%m-%d}", f"{moment:%Y-%m-%d}") == 0, typed
        assert results.find(parse(typed), results.Narrowing()).counts["year"] == {int(there[:4]): 1}


def test_resources_and_lists_name_the_days_of_the_site(client, make_resource, day):
    moment, there = day
    resource = make_resource(published_at=moment)
    type(resource).objects.update(updated_at=moment)
    page = client.get(resource.get_absolute_url()).text
    assert f'"dateModified": "{there}' in page or f'"dateModified":"{there}' in page
    assert str(Export(created_at=moment)) == there


@pytest.mark.parametrize("field", ["whole", "by its fields"])
def test_a_piece_whose_displayed_date_is_emptied_stays_in_the_archive(client, make_article, day, field):
    moment, there = day
    article = make_article(title="Lanterns", published_at=moment, display_date=PartialDate(2006, 8, 5))
    assert "Lanterns" in client.get("/news/2006/08/").text
    article.display_date = None
    article.save(update_fields=["display_date"] if field == "by its fields" else None)
    article.refresh_from_db()
    assert str(article.display_date) == there
    assert "Lanterns" in client.get(f"/news/{there[:4]}/{there[5:7]}/").text


def test_a_draft_may_lack_its_date_and_gets_one_when_it_is_published(make_article):
    article = make_article(state="draft", published_at=None, first_published_at=None)
    article.display_date = None
    article.save()
    assert not Article.objects.get().display_date
    article.publish()
    article.save()
    assert Article.objects.get().display_date


@pytest.fixture
def subjects(make_topic, make_country):
    topics = [make_topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(6)]
    countries = [
        make_country(name=f"Country {n}", slug=f"country-{n}", iso_code=f"X{chr(65 + n)}") for n in range(4)
    ]
    return topics, countries


def test_related_counts_the_subjects_that_are_shared(make_article, make_resource, subjects):
    topics, countries = subjects
    one = make_article(title="Piece", topics=topics[:2], countries=countries[:1])
    one_of_many = make_article(title="Far", topics=topics[1:], countries=countries[1:])
    two = make_article(title="Near", topics=topics[:2])
    three = make_article(title="Nearest", topics=topics[:2], countries=countries[:1])
    country_alone = make_article(title="Country", topics=topics[4:], countries=countries[:1])
    resource = make_resource(title="Piece", topics=topics[:2], countries=countries[:1])
    expected = {three.pk: 3, two.pk: 2, one_of_many.pk: 1, country_alone.pk: 1}
    for rows in [beside(one, 9)[1], [piece for piece in news_about(resource, 9) if piece != one]]:
        assert {row.pk: row.shared for row in rows} == expected
    assert beside(one, 2)[1] == [three, two]
    assert [piece for piece in news_about(resource, 3) if piece != one] == [three, two]


def test_related_looks_at_what_was_added_last_to_each_subject_and_finds_rare_languages(
    make_article, make_topic, monkeypatch
):
    monkeypatch.setattr(related, "NEWEST", 3)
    topic = make_topic()
    rare = [make_article(title=f"Rare {n}", language="lo", topics=[topic]) for n in range(3)]
    many = [make_article(title=f"Many {n}", topics=[topic]) for n in range(6)]
    assert set(beside(many[0], 3)[1]) == set(many[3:])
    assert set(beside(rare[0], 3)[1]) == set(rare[1:])
    monkeypatch.setattr(related, "LATEST", 2)
    assert beside(rare[2], 3)[1] == [rare[1]]
