"""What was wrong is put right in the open: on the article, in an archive, in feeds and in structured data."""

import datetime
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from articles.models import Correction
from newsroom.versions.models import Version

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def make_note():
    def make(article, text="The year was 2008.", **values):
        note = Correction(article=article, text=text, **{"day": datetime.date(2026, 3, 5)} | values)
        note.full_clean()
        note.save()
        return note

    return make


def structured(page):
    found = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    return next(one for one in found["@graph"] if one["@type"] == "NewsArticle")


def test_an_article_says_at_its_top_that_it_was_corrected_and_at_its_end_how(client, make_article, make_note):
    article = make_article()
    assert "Correct" not in client.get(article.get_absolute_url()).text.split("<main")[1].split("report")[0]
    note = make_note(article, "It said 2007.\n\nThe year was <2008>.")
    make_note(article, "A court has ruled since.", kind="update", day=datetime.date(2026, 4, 1))
    page = client.get(article.get_absolute_url()).text
    top, end = page.split('<div class="prose')
    assert 'Corrected on 5 March 2026. <a href="#corrections">See below</a>' in " ".join(top.split())
    assert "Updated 1 April 2026" in " ".join(top.split())
    assert 'id="corrections"' in end and f'id="{note.anchor}"' in end
    assert end.index("A court has ruled") < end.index("It said 2007.")
    assert "<p>The year was &lt;2008&gt;.</p>" in end
    told = structured(page)["correction"]
    assert [one["@type"] for one in told] == ["CorrectionComment"] * 2
    assert told[1]["text"].startswith("It said 2007.") and told[1]["datePublished"] == "2026-03-05"


def test_the_archive_holds_what_is_public_page_by_page_and_nothing_else(client, make_article, make_note):
    assert "Nothing has been corrected yet." in client.get("/corrections/").text
    assert "/corrections/" not in client.get("/").text + client.get("/sitemap-frame.xml").text
    later = timezone.now() + datetime.timedelta(hours=1)
    hidden = [
        make_article(state="draft", published_at=None),
        make_article(state="withdrawn"),
        make_article(published_at=later),
    ]
    for article in hidden:
        make_note(article, "Nobody reads this.")
    assert "Nothing has been corrected yet." in client.get("/corrections/").text
    assert "Nobody reads this." not in client.get("/feeds/corrections.atom").text
    article = make_article(title="بلاغ", language="ar", slug="ar")
    for number in range(21):
        make_note(article, f"Note {number}.", day=datetime.date(2026, 1, 1 + number))
    first, second = (client.get(f"/corrections/?page={page}").text for page in (1, 2))
    assert "Note 20." in first and "Note 0." not in first and "Note 0." in second
    assert '<h2 lang="ar" dir="rtl">' in first and "Nobody reads this." not in first + second
    assert (
        client.get("/corrections/?page=3").status_code
        == client.get("/corrections/?page=x").status_code
        == 404
    )
    assert '<a href="/corrections/"' in client.get("/").text
    assert "/corrections/" in client.get("/sitemap-frame.xml").text


@pytest.mark.parametrize("query", ["corrections", " Errata "])
def test_a_search_for_corrections_leads_to_the_archive(client, make_article, make_note, query):
    assert 'href="/corrections/"' not in client.get("/search/", {"q": query}).text
    make_note(make_article())
    assert 'href="/corrections/"' in client.get("/search/", {"q": query}).text.split("<footer")[0]
    assert (
        'href="/corrections/"'
        not in client.get("/search/", {"q": "a house of correction"}).text.split("<footer")[0]
    )


def test_the_feed_of_corrections_and_the_feed_of_news_tell_them(client, make_article, make_note):
    article = make_article(title="On a law", slug="law", language="vi")
    note = make_note(article)
    (entry,) = etree.fromstring(client.get("/feeds/corrections.atom").content).findall("a:entry", ATOM)
    assert entry.findtext("a:title", namespaces=ATOM) == "Correction: On a law"
    assert entry.find("a:link", ATOM).get("href").endswith(f"/news/law/#{note.anchor}")
    assert str(note.uuid) in entry.findtext("a:id", namespaces=ATOM)
    for form in ("rss", "json"):
        assert "The year was 2008." in client.get(f"/feeds/corrections.{form}").text
    assert (
        "<strong>Correction, 5 March 2026</strong>: The year was 2008." in client.get("/feeds/news.rss").text
    )
    assert "/feeds/corrections.rss" in client.get("/feeds/").text


def test_a_day_that_has_not_come_is_refused_and_a_mistyped_year(make_article, make_note):
    for day in (timezone.localdate() + datetime.timedelta(days=1), datetime.date(26, 3, 5)):
        with pytest.raises(ValidationError):
            make_note(make_article(), day=day)


def sent(article, *notes, **values):
    """Return what the form of an article sends, with these notes: key or nothing, and text."""
    at = timezone.localtime(article.published_at)
    data = {
        "title": article.title, "slug": article.slug, "dek": article.dek, "body_html": article.body_html, "language": "en",
        "published_at_0": f"{at:%Y-%m-%d}", "published_at_1": f"{at:%H:%M:%S}", "corrections-TOTAL_FORMS": len(notes),
        "corrections-INITIAL_FORMS": sum(1 for key, _text in notes if key),
    }  # fmt: skip
    for number, (key, text) in enumerate(notes):
        data |= {
            f"corrections-{number}-{name}": value
            for name, value in {
                "id": key or "",
                "kind": "correction",
                "day": "2026-03-05",
                "text": text,
            }.items()
        }
    return data | values


def test_an_editor_corrects_on_the_page_of_the_article_and_the_history_holds_it(client, editor, make_article):
    client.force_login(editor)
    assert "corrections-TOTAL_FORMS" not in client.get("/admin/articles/article/add/").text
    article = make_article()
    page = reverse("admin:articles_article_change", args=[article.pk])
    form = client.get(page).text
    assert (
        "corrections-TOTAL_FORMS" in form
        and "Add a correction" in form
        and "Add another Correction" not in form
    )
    assert client.post(page, sent(article, ("", "The year was 2008."), _save="")).status_code == 302
    note = Correction.objects.get()
    assert note.created_by == editor and note.article == article
    assert editor.get_username() in client.get(page).text
    version = Version.objects.of(article).saved().first()
    assert [row["fields"]["text"] for row in version.read()["rows"]["corrections"]] == ["The year was 2008."]
    article.refresh_from_db()
    assert client.post(page, sent(article, (note.pk, "It was 2009."), _save="")).status_code == 302
    note.refresh_from_db()
    assert note.text == "It was 2009." and note.created_by == editor
    # A form that was open before there were corrections leaves them alone.
    data = {name: value for name, value in sent(article).items() if not name.startswith("corrections")}
    assert client.post(page, data | {"_save": ""}).status_code == 302
    assert Correction.objects.get() == note


def test_a_correction_in_changes_that_wait_is_public_with_them(client, editor, make_article):
    client.force_login(editor)
    article = make_article()
    page = reverse("admin:articles_article_change", args=[article.pk])
    assert client.post(page, sent(article, ("", "The year was 2008."), _draft="")).status_code == 302
    assert not Correction.objects.exists()
    waiting = Version.objects.waiting().get()
    key = waiting.read()["rows"]["corrections"][0]["key"]
    data = sent(article, (key, "The year was 2008."), _save="", _based_on=waiting.pk)
    assert client.post(page, data).status_code == 302
    note = Correction.objects.get()
    assert note.pk > 0 and note.created_by == editor


def test_a_writer_adds_none(client, writer, make_article):
    client.force_login(writer)
    article = make_article(created_by=writer)
    page = reverse("admin:articles_article_change", args=[article.pk])
    assert "corrections-TOTAL_FORMS" not in client.get(page).text
    client.post(page, sent(article, ("", "Mine."), _draft=""))
    assert "Mine." not in "".join(Version.objects.values_list("content", flat=True))
    assert not Correction.objects.exists()


def test_the_archive_asks_as_often_for_20_as_for_one(
    client, make_article, make_note, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_note(make_article())
    with CaptureQueriesContext(connection) as one:
        client.get("/corrections/")
    for _number in range(18):
        make_note(make_article())
    with django_assert_num_queries(len(one)):
        client.get("/corrections/")
