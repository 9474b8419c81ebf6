"""What keeps a page from costing more on a large site: which indexes find its articles, on both databases."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.dates import PartialDate
from articles.lists import listing, paging
from articles.models import Article

pytestmark = pytest.mark.django_db
NEWEST, KEY, DATE, SLUG = "article_newest", "primary key", "article_by_date", "article_by_slug"
LANGUAGE = "article_by_language"
# Address to the indexes that its statements may look for articles by.
PAGES = {
    "/": {NEWEST, KEY},
    "/news/": {NEWEST, DATE},
    "/news/?page=2": {NEWEST, DATE, KEY},
    "/news/2006/": {DATE},
    "/news/2006/08/": {DATE},
    "/news/article/": {SLUG, KEY, LANGUAGE, "articles_article_translation_of_id"},
    "/news/article/cite.ris": {SLUG},
    "/countries/": {NEWEST},
    "/countries/laos/": {NEWEST, KEY},
    "/topics/prevention/": {NEWEST, KEY},
    "/feeds/news.rss": {NEWEST},
    "/feeds/topics/prevention.rss": {NEWEST, KEY},
    "/sitemap.xml": {NEWEST},
    "/sitemap-articles.xml": {NEWEST},
    "/admin/articles/article/": {
        "article_by_publication",
        "article_by_language",
        "sqlite_autoindex_versions_review_1",  # by model and object
        "version_of_object",
        "version_one_working_copy",
    },
}
ENDED = "articles_article_expires_at"  # every list leaves out what has ended
PAIRS = re.compile("articles_article_(countries|topics)|article_(countries|topics)_added")
ALIASES = r"(?:articles_article|found|U0|V0)"
USED = re.compile(rf"(?:SEARCH|SCAN) {ALIASES} USING (?:COVERING )?(?:INDEX (\w+)|INTEGER (PRIMARY KEY))")
WHOLE = {"sqlite": rf"SCAN {ALIASES}$", "postgresql": "Seq Scan on articles_article( |$)"}


@pytest.fixture
def news(make_article, make_country, make_topic):
    country, topic = make_country(), make_topic()
    for number in range(25):
        slug = f"article-{number}" if number else "article"
        make_article(slug=slug, countries=[country], topics=[topic], display_date=PartialDate(2006, 8))


def plans_of(ask):
    """Return statement and plan of each query for articles that is made."""
    with CaptureQueriesContext(connection) as asked:
        assert ask().status_code == 200
    found = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # so few rows are read whole otherwise
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        for query in asked:
            if re.search(r'(?:FROM|JOIN) "?articles_article"?(?:\s|\))', query["sql"]):
                word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
                cursor.execute(f"{word} {query['sql']}")
                found.append((query["sql"], [str(row[-1]).strip() for row in cursor.fetchall()]))
    return found


def indexes_in(plan):
    """Return the indexes by which SQLite looks for articles, without the digest that Django adds to a name."""
    named = (USED.search(line) for line in plan)
    names = {match[1] or KEY for match in named if match and not PAIRS.match(match[1] or "")}
    return {re.sub(r"_[0-9a-f]{8}$", "", name) for name in names}


@pytest.mark.parametrize("gathered", [0, 500], ids=["many about a subject", "few about a subject"])
def test_indexes_find_the_articles_of_every_page(client, admin_client, news, monkeypatch, gathered):
    monkeypatch.setattr(listing, "GATHERED", gathered)
    monkeypatch.setattr(paging, "NEAR", 0)
    for address, allowed in PAGES.items():
        asks = admin_client if address.startswith("/admin") else client
        found = plans_of(lambda asks=asks, address=address: asks.get(address))
        assert found, address
        for sql, plan in found:
            assert not [line for line in plan if re.search(WHOLE[connection.vendor], line)], (
                address,
                sql,
                plan,
            )
            if connection.vendor == "sqlite":  # PostgreSQL chooses among indexes by the rows that are there
                assert indexes_in(plan) <= allowed | {ENDED, KEY}, (address, sql, plan)


def test_pages_far_from_the_beginning_show_what_they_showed(client, news, monkeypatch):
    near = client.get("/news/?page=2").content
    monkeypatch.setattr(paging, "NEAR", 0)
    assert client.get("/news/?page=2").content == near
    whole = client.get("/topics/prevention/?page=2").content
    monkeypatch.setattr(listing, "GATHERED", 0)
    assert client.get("/topics/prevention/?page=2").content == whole
    monkeypatch.setattr(paging, "NEAR", 200)
    assert client.get("/topics/prevention/?page=2").content == whole


def test_subjects_count_what_is_public(make_article, make_country, django_user_model):
    country = make_country()
    shown = make_article(countries=[country])
    make_article(countries=[country], state="draft", published_at=None)
    make_article(countries=[country], state="withdrawn")
    future = shown.published_at.replace(year=shown.published_at.year + 1)
    make_article(countries=[country], published_at=future)
    assert listing.number_about(country) == 1
    for gathered in (0, 500):
        listing.GATHERED, former = gathered, listing.GATHERED
        try:
            found = listing.articles_about(country)
        finally:
            listing.GATHERED = former
        assert [getattr(one, "pk", one) for one in found] == [shown.pk]


def test_the_year_of_publication_narrows_the_admins_list(admin_client, make_article):
    of_2006 = make_article(title="Of 2006")
    make_article(title="Of today")
    Article.objects.filter(pk=of_2006.pk).update(published_at="2006-03-01T00:00:00Z")
    address = reverse("admin:articles_article_changelist")
    shown = admin_client.get(address, {"year": "2006"}).content.decode()
    assert "Of 2006" in shown
    assert "Of today" not in shown
    assert "Of today" in admin_client.get(address, {"year": "nonsense"}, follow=True).content.decode()
