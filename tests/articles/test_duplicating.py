"""A copy of a piece as a start: a filled form of which nothing is stored until it is saved."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from articles.admin.duplicating import free_address
from articles.models import Article
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
ADD = reverse("admin:articles_article_add")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def original(make_article, make_topic, make_country):
    return make_article(
        title="Statement of May", slug="statement-of-may", dek="A summary.", body_html="<p>We say it again.</p>",
        source_publication="Vientiane Times", display_date="2006-08", topics=[make_topic()], countries=[make_country()],
    )  # fmt: skip


def test_the_form_of_a_copy_holds_the_texts_and_relations_and_nothing_is_stored(desk, original):
    page = desk.get(ADD, {"copy": original.pk})
    shown = values_on(page)
    assert shown["title"] == "Copy of Statement of May" and shown["slug"] == "statement-of-may-copy"
    assert shown["dek"] == "A summary." and shown["source_publication"] == "Vientiane Times"
    assert "We say it again." in shown["body_html"] and not shown["display_date"]
    chosen = BeautifulSoup(page.content, "html.parser").select(
        "#id_topics option[selected], #id_countries option[selected]"
    )
    assert len(chosen) == 2
    assert Article.objects.count() == 1


def test_saved_it_is_a_draft_of_its_own(desk, original, editor):
    sent = values_on(desk.get(ADD, {"copy": original.pk})) | {"title": "Statement of June", "_save": ""}
    desk.post(f"{ADD}?copy={original.pk}", sent)
    copy = Article.objects.exclude(pk=original.pk).get()
    assert (copy.title, copy.slug, copy.state) == ("Statement of June", "statement-of-may-copy", "draft")
    assert copy.created_by == editor and copy.uuid != original.uuid and copy.published_at is None
    assert list(copy.topics.all()) == list(original.topics.all())
    assert desk.get(copy.get_absolute_url()).status_code == 404


def test_the_form_of_a_piece_leads_to_its_copy(desk, original):
    page = BeautifulSoup(
        desk.get(reverse("admin:articles_article_change", args=[original.pk])).content, "html.parser"
    )
    assert page.find("a", string="Begin a copy…")["href"] == f"{ADD}?copy={original.pk}"


def test_nobody_copies_what_they_may_not_read(client, make_user, make_article):
    other = make_article(
        title="A colleague’s draft", state="draft", published_at=None, created_by=make_user("olga", "Writer")
    )
    client.force_login(make_user("walt", "Writer"))
    page = client.get(ADD, {"copy": other.pk})
    assert page.status_code == 200 and "colleague" not in page.text


@pytest.mark.parametrize("key", ["", "0", "-1", "x", "9" * 40, "1.0", "²"])
def test_a_key_that_names_nothing_gives_an_empty_form(desk, original, key):
    page = desk.get(ADD, {"copy": key})
    assert page.status_code == 200 and not values_on(page)["title"]


def test_a_page_and_a_resource_can_be_copied_too(desk, make_page, make_resource):
    page, resource = make_page(path="about"), make_resource()
    shown = values_on(desk.get(reverse("admin:articles_page_add"), {"copy": page.pk}))
    assert shown["path"] == "about-copy" and shown["title"].startswith("Copy of ")
    assert values_on(desk.get(reverse("admin:articles_resource_add"), {"copy": resource.pk}))[
        "title"
    ].startswith("Copy of ")


def test_of_a_piece_with_changes_that_wait_the_copy_begins_with_them(desk, client, original, make_user):
    from tests.newsroom.versions.test_review import send

    send(desk, original, "_draft", title="Statement of June", dek="Changed.", topics=[])
    shown = values_on(desk.get(ADD, {"copy": original.pk}))
    assert (shown["title"], shown["dek"]) == ("Copy of Statement of June", "Changed.")
    assert "topics" not in shown and shown["countries"]
    client.force_login(make_user("walt", "Writer"))  # who reads what is public, and no changes of others
    assert values_on(client.get(ADD, {"copy": original.pk}))["title"] == "Copy of Statement of May"


def test_an_address_that_is_taken_is_numbered(original, make_article):
    make_article(slug="statement-of-may-copy")
    assert free_address(original, "slug") == "statement-of-may-copy-2"
    make_article(slug="a-law-copy")
    assert free_address(make_article(slug="A-Law"), "slug") == "A-Law-copy-2"  # addresses are one in any case
    long = make_article(slug="x" * original._meta.get_field("slug").max_length)
    assert len(free_address(long, "slug")) <= original._meta.get_field("slug").max_length
