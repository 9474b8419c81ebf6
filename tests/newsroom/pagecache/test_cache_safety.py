"""With the page cache everybody gets what they would get without: the short form of the soak."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles.models import Article
from articles.models.callout import Callout
from articles.models.topic import Topic
from newsroom.pagecache import contentversion
from newsroom.sitesettings.models import SiteSettings
from tests.newsroom.pagecache.asking import Pair, Request, in_process, requests

HOST = settings.SITE_URL.partition("//")[2]
PICTURE = "image/" + "c" * 32 + "/large.webp"


def publish(number):
    Article.objects.filter(slug="afternoon").update(
        state=Article.State.PUBLISHED, published_at=timezone.now(), title=f"Afternoon {number}"
    )


def by_sql(number):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET title = %s WHERE slug = 'morning'", [f"Morning {number}"])


CHANGES = [
    publish,
    by_sql,
    lambda number: Article.objects.filter(slug="afternoon").update(state=Article.State.DRAFT),
    lambda number: Topic.objects.filter(slug="forced-labour").update(name=f"Forced labour {number}"),
    lambda number: Callout.objects.update(title=f"March {number}"),
    lambda number: SiteSettings(name=f"Newsroom {number}").save(),
    lambda number: Article.objects.update_or_create(
        slug=f"new-{number % 3}", defaults={"title": f"New {number}", "state": Article.State.PUBLISHED,
                                            "published_at": timezone.now(), "first_published_at": timezone.now()}),
    lambda number: Article.objects.filter(slug__startswith="new-").delete(),
]  # fmt: skip
PATHS = [
    "/", "/news/", "/news/morning/", "/news/afternoon/", "/news/new-1/", "/news/new-9/", "/news/2026/", "/topics/forced-labour/",
    "/countries/", "/countries/laos/", "/get-help/", "/feeds/", "/feeds/news.rss", "/feeds/news.json", "/feeds/newsletter.atom",
    "/sitemap.xml", "/sitemap-articles.xml", "/robots.txt", "/resources/", "/resources/x/", "/stay-safe/", "/search/", "/newsletter/",
    "/inquiries/", "/admin/", "/healthz", f"/media/{PICTURE}", "/media/image/" + "d" * 32 + "/large.webp", "/static/none.css",
    "/.well-known/security.txt", "/news/morning/cite.bib",
]  # fmt: skip

# What shows the changes: after each one, what is kept of them has to be the new state.
SHOWING = [Request("GET", path, "", {"host": HOST}) for path in ("/", "/news/morning/", "/news/afternoon/")]


@pytest.fixture
def signed_in(editor):
    client = Client()
    client.force_login(editor)
    return client.cookies["staff"].value


@pytest.mark.django_db(transaction=True)  # PostgreSQL raises the version when a transaction is committed
def test_every_answer_is_that_of_the_site_without_a_cache(
    pages, site, signed_in, make_article, make_topic, make_callout, make_page
):
    make_article(slug="morning", topics=[make_topic(name="Forced labour", slug="forced-labour")])
    make_article(slug="afternoon")
    make_page(path="stay-safe")
    make_callout()
    default_storage.save(PICTURE, ContentFile(b"picture" * 99))
    pair = Pair(in_process(pages), in_process(site))
    cookies = [f"staff={signed_in}", "staff=forged", "other=1", "csrftoken=x", "messages=x"]
    steps = st.lists(st.one_of(requests(PATHS, HOST, cookies), st.integers(0, 999)), min_size=8, max_size=10)

    @hypothesis_settings(
        max_examples=6,
        derandomize=True,  # the soak asks at random
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(steps)
    def hold(steps):
        for step in steps:
            if isinstance(step, int):
                CHANGES[step % len(CHANGES)](step)
            contentversion.read()
            for request in SHOWING if isinstance(step, int) else [step]:
                reply = pair.hold(request)
                assert b"editor" not in reply.body or "cookie" in request.fields

    hold()
    default_storage.delete(PICTURE)
