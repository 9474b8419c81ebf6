"""What is previewed or shared stands nowhere else: in no page, feed, search, sitemap, cache, log or table."""

import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import URLResolver, get_resolver, reverse

from articles.models import Article, Callout, Country, Fact, Page, Resource, Topic
from newsroom.pagecache import contentversion, once
from newsroom.pagecache.declared import declared_at
from newsroom.sitesettings.models import SiteSettings
from newsroom.templatetags.kept import _rendered
from newsroom.versions.models import ShareLink, Version
from newsroom.versions.sharing import drafts
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db

WORD = "xylophonist"
# The fields of each model that a visitor reads.
READ = {
    Article: ["title", "dek", "bylines", "content_note", "source_title", "body_html"],
    Page: ["title", "body_html"],
    Resource: ["title", "summary", "publisher", "credit", "body_html"],
    Country: ["name", "intro_html", "facts-0-value"],
    Topic: ["name", "intro_html"],
    Callout: ["title", "text", "label"],
    SiteSettings: ["tagline", "organisation", "footer_text", "emergency_text"],
}


def url_of(row, view):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{view}", args=[row.pk])


def routes(resolver, before=""):
    """Yield the routes of everything that visitors can ask for."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from () if route.startswith("admin/") else routes(pattern, route)
        elif not route.startswith(("admin/", "media/", "newsletter/hooks/", "healthz")):
            yield route


def addresses(rows):
    """Yield every public address, filled with what there is; searches ask for the planted word."""
    names = [row.get_absolute_url().strip("/").rpartition("/")[2] for row in rows if hasattr(row, "slug")]
    values = {
        "year": ["2006"], "month": ["08"], "form": ["bib", "ris", "rss", "atom", "json"], "token": ["x"], "key": ["x"],
        "name": ["frame", "articles", "resources", "pages", "subjects"], "path": [row.path for row in rows if isinstance(row, Page)],
        "slug": names, "provider": ["x"],
    }  # fmt: skip
    for route in routes(get_resolver()):
        filled = [route]
        for part in re.findall(r"<[^>]*>", route):
            found = values.get(part.strip("<>").rpartition(":")[2], ["1"])
            filled = [one.replace(part, value) for one in filled for value in found]
        for one in filled:
            yield f"/{one}"
            yield f"/{one}?q={WORD}&page=1"


def tables_with(word):
    """Return the tables that hold the word in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(
                word in str(bytes(v) if isinstance(v, memoryview) else v)
                for row in cursor.fetchall()
                for v in row
            ):
                found.append(table)
    return found


@pytest.fixture
def rows(make_article, make_page, make_resource, make_country, make_topic, make_callout):
    site = SiteSettings(pk=1)
    site.save(force_insert=True)
    country, topic = make_country(), make_topic()
    Fact.objects.create(country=country, label="Capital", value="Vientiane", source="Ours", as_of="2020")
    about = {"countries": [country], "topics": [topic]}
    hidden = {"state": "draft", "published_at": None}
    return [
        country, topic, make_callout(), site, make_page(menu="header"), make_page(**hidden), make_article(**about),
        make_article(**about, **hidden), make_resource(**about), make_resource(**about, **hidden),
    ]  # fmt: skip


def test_a_word_of_a_preview_and_of_a_shared_draft_stands_nowhere_else(
    client, admin_user, rows, known_version, caplog
):
    caplog.set_level(logging.INFO)
    client.force_login(admin_user)
    forms = [(row, values_on(client.get(url_of(row, "change")))) for row in rows]
    version, kept = contentversion.read(), _rendered.cache_info().currsize
    typed = [(row, form | {name: f"{WORD} {row.pk}" for name in READ[type(row)]}) for row, form in forms]
    for row, form in typed:
        answer = client.post(url_of(row, "preview"), form)
        assert WORD in answer.content.decode(), row
    assert tables_with(WORD) == []
    assert (contentversion.read(), _rendered.cache_info().currsize) == (version, kept)

    for row, _form in typed:  # a version that is not public, and a link to it
        client.post(url_of(row, "share"), {"days": "1", "shows": "now"})
        former = Version.objects.of(row).get()
        text = re.search(r'"(?:title|name|tagline)":"([^"]*)"', former.content)[0]
        planted = f'{text.partition(":")[0]}:"{WORD}"'
        Version.objects.filter(pk=former.pk).update(content=former.content.replace(text, planted))
        assert WORD in client.get(url_of(row, "preview"), {"version": former.pk}).content.decode(), row
    client.logout()
    for link in ShareLink.objects.all():
        assert WORD in drafts.page_of(drafts.row_behind(link), link.version).content.decode()
    assert tables_with(WORD) == ["versions_version"]
    assert (contentversion.read(), _rendered.cache_info().currsize) == (version, kept)

    asked = sorted(set(addresses(rows)))
    assert len(asked) > 100
    for address in asked:
        page = client.get(address).content.decode(errors="replace")
        assert WORD not in page.replace(f"q={WORD}", "").replace(f'value="{WORD}"', "").replace(
            f"“{WORD}”", ""
        ), address
        assert "/share/" not in page, address
    assert WORD not in repr(once._made)
    assert WORD not in caplog.text and "/share/" not in caplog.text
    folder = Path(str(settings.CACHES["default"].get("LOCATION", "")))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not any(WORD.encode() in path.read_bytes() for path in files)


def test_no_preview_and_no_share_is_ever_kept_by_the_page_cache(rows):
    for row in rows:
        for view in ("preview", "share"):
            assert declared_at(url_of(row, view)) is None
    assert declared_at(reverse("share", args=["x"])) is None
