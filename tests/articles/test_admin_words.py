"""What the admin tells editors is true, and names what is wrong."""

import datetime
import json
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from tests.pageforms import unpublish, values_on

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def summary(page):
    """Return the list of errors above a form: (id that it links to, words)."""
    part = re.search(r'<section class="error-summary".*?</section>', page.content.decode(), re.S)[0]
    items = re.findall(r"<li>(.*?)</li>", part, re.S)
    return [
        (
            (re.search(r'href="#([^"]+)"', item) or [None, ""])[1],
            unescape(re.sub("<[^>]+>", "", item)).strip(),
        )
        for item in items
    ]


def test_a_refused_form_names_its_errors_with_links(desk):
    form = values_on(desk.get(ADD)) | {
        "title": " ",
        "display_date": "one day",
        "source_url": "ftp://example.org",
    }
    page = desk.post(ADD, form | {"_publish": ""})
    told = dict(summary(page))
    assert told["id_title"] == "Title: This field is required."
    assert "id_display_date" in told
    assert "id_source_url" in told
    for box in filter(None, told):
        assert f'id="{box}"' in page.content.decode()


def test_errors_of_rows_below_are_named_too(desk, make_country):
    country = make_country()
    url = change(country)
    form = values_on(desk.get(url)) | {
        "facts-TOTAL_FORMS": "1",
        "facts-0-label": "People",
        "facts-0-value": "7",
        "_save": "",
    }
    page = desk.post(url, form)
    told = summary(page)
    assert any(
        box == "id_facts-0-source" and "fact 1: Source" in text.lower().replace("source", "Source")
        for box, text in told
    )


def test_a_date_with_two_boxes_is_led_to(desk):
    form = values_on(desk.get(ADD)) | {
        "title": "A",
        "slug": "a-b",
        "published_at_0": "never",
        "published_at_1": "x",
        "_save": "",
    }
    page = desk.post(ADD, form)
    boxes = [box for box, _text in summary(page)]
    assert "id_published_at_0" in boxes


def test_verifying_a_number_that_changed_meanwhile_keeps_the_name_as_typed(desk, make_hotline):
    hotline = make_hotline(number_local="123")
    url = reverse("admin:articles_hotline_verify", args=[hotline.pk])
    form = values_on(desk.get(url)) | {"verified_by": "Ann Example"}
    hotline.number_local = "456"
    hotline.save()
    page = desk.post(url, form)
    assert page.status_code == 200
    shown = values_on(page)
    assert shown["verified_by"] == "Ann Example"
    assert shown["verified_on"] == timezone.localdate().isoformat()
    text = page.content.decode().replace("&#x27;", "'")
    assert "['" not in text
    assert text.count("Somebody has changed a number") == 1
    assert text.index("Somebody has changed a number") < text.index(
        "Inside the country"
    )  # above what it speaks of
    assert desk.post(url, shown).status_code == 302


def test_unpublishing_what_is_scheduled_claims_no_readers(desk, make_article):
    later = timezone.now() + datetime.timedelta(days=3)
    article = make_article(published_at=later)
    asked = desk.get(reverse("admin:articles_article_unpublish", args=[article.pk])).text
    assert "Nobody could read it yet." in asked
    page = unpublish(desk, article).text
    assert "can't read it any more" not in unescape(page)
    assert "No visitor has read it" in page
    article.refresh_from_db()
    assert article.state == Article.State.DRAFT


def test_unpublishing_what_was_read_and_then_put_off(desk, make_article):
    now = timezone.now()
    article = make_article(
        published_at=now + datetime.timedelta(days=3), first_published_at=now - datetime.timedelta(days=9)
    )
    assert "come back at its time" in unpublish(desk, article).text


def test_unpublishing_what_is_read_says_so(desk, make_article):
    assert "Visitors can't read it any more." in unescape(unpublish(desk, make_article()).text)


def editor_settings(page, name):
    box = re.search(rf'<textarea name="{name}"[^>]*data-editor="([^"]*)"', page.content.decode())[1]
    return json.loads(unescape(box))


@pytest.mark.parametrize(("role", "may"), [("Editor", True), ("Writer", True)])
def test_who_has_the_library_gets_its_button(client, make_user, role, may):
    client.force_login(make_user("ann", role))
    config = editor_settings(client.get(ADD), "body_html")
    assert any("Picture" in row for row in config["toolbar"]) == may
    assert config["newsroom"]["mayUpload"] == may


def test_who_may_not_use_the_library_gets_no_button(client, make_user):
    from newsletter.models import Issue

    client.force_login(make_user("ann", "Newsletter manager"))
    issue = Issue.objects.create(subject="An issue", slug="an-issue")
    config = editor_settings(client.get(change(issue)), "introduction_html")
    assert not any("Picture" in row for row in config["toolbar"])
    assert config["newsroom"]["mayUpload"] is False
    assert client.get(config["newsroom"]["library"]).status_code == 403


SOURCE = {
    "source_title": "Border towns", "source_publication": "Vientiane Times", "source_date": "2006-08",
    "source_url": "https://times.example/border",
}  # fmt: skip


def test_a_source_without_a_relation_is_named_on_the_page(desk, client):
    form = (
        values_on(desk.get(ADD))
        | {"title": "A", "slug": "a-piece", "body_html": "<p>Text</p>", "_publish": ""}
        | SOURCE
    )
    assert desk.post(ADD, form).status_code == 302
    page = client.get("/news/a-piece/").content.decode()
    part = re.search(r'<p class="source">.*?</p>', page, re.S)[0]
    for word in ["Source:", "Border towns", "Vientiane Times", "August 2006", "https://times.example/border"]:
        assert word in part
    assert '"isBasedOn"' in page
    assert "Source: ‘Border towns.’ Vientiane Times." in client.get("/feeds/news.rss").content.decode()
    assert "Border towns" in client.get("/news/a-piece/cite.bib").content.decode()


@pytest.mark.parametrize("field", ["source_date", "source_url", "source_relation"])
def test_a_source_that_has_no_name_is_asked_for_it(desk, field):
    value = {**SOURCE, "source_relation": "summary"}[field]
    form = values_on(desk.get(ADD)) | {
        "title": "A",
        "slug": "a-piece",
        "body_html": "<p>Text</p>",
        "_publish": "",
        field: value,
    }
    page = desk.post(ADD, form)
    assert page.status_code == 200
    assert "Name the source" in page.content.decode()


def test_a_stored_link_without_a_name_is_shown_by_its_host(client, make_article):
    article = make_article(source_url="https://www.times.example/border")
    page = client.get(article.get_absolute_url()).content.decode()
    assert ">times.example</a>" in page


def test_no_source_is_no_line(client, make_article):
    page = client.get(make_article().get_absolute_url()).content.decode()
    assert 'class="source"' not in page
