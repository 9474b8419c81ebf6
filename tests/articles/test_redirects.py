"""Redirects of editors' own: what a visitor sees, and what no editor can make by mistake."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, FormerAddress, Page
from newsroom.pagecache import contentversion
from newsroom.search.models import Document

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/formeraddress/add/"


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def story(make_article):
    return make_article(slug="story", title="Story")


def lead(desk, path, to, status=302):
    """Fill in the form of a redirect; return the answer."""
    answer = desk.post(ADD, {"path": path, "current_path": to})
    assert answer.status_code == status, answer.context["adminform"].form.errors
    return answer


def errors(desk, path, to):
    return str(lead(desk, path, to, status=200).context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("/old/", "/old/"),
        ("old", "/old/"),
        ("/old.html", "/old.html"),
        ("/old/index.php", "/old/index.php"),
        ("/Old%20News.html", "/Old%20News.html"),
        ("/old news/", "/old%20news/"),
        ("/news/long-gone/", "/news/long-gone/"),
        ("/resources/long-gone/", "/resources/long-gone/"),
        ("/countries/siam/", "/countries/siam/"),
        ("/ເກົ່າ/", "/ເກົ່າ/"),
        ("/%E0%BA%99/", "/ນ/"),
        ("http://localhost:8000/moved/", "/moved/"),
    ],
)
def test_a_visitor_of_the_old_address_lands_on_the_new_page(desk, story, settings, typed, asked):
    settings.SITE_URL = "http://localhost:8000"
    lead(desk, typed, "/news/story/")
    desk.logout()
    answer = desk.get(f"{asked}?page=2")
    assert (answer.status_code, answer["Location"]) == (301, "/news/story/?page=2")
    assert desk.head(asked).status_code == 301
    if not asked.endswith(".html") and not asked.endswith(".php"):
        assert desk.get(asked.rstrip("/"), follow=True).redirect_chain[-1][0] == "/news/story/"


@pytest.mark.django_db(transaction=True)  # PostgreSQL raises the version when a transaction is committed
def test_it_is_seen_at_once_and_no_more_once_it_is_deleted(desk, story):
    before = contentversion.read()
    lead(desk, "/old/", "/news/story/")
    assert contentversion.read() != before
    row = FormerAddress.objects.get()
    desk.post(f"/admin/articles/formeraddress/{row.pk}/delete/", {"post": "yes"})
    assert desk.get("/old/").status_code == 404
    contentversion.forget()


def test_chains_collapse_whichever_link_comes_first(desk, story, make_article):
    make_article(slug="other")
    lead(desk, "/b/", "/news/story/")
    lead(desk, "/a/", "/b/")
    assert desk.get("/a/")["Location"] == "/news/story/"
    Article.objects.get(slug="other").delete()
    lead(desk, "/news/elsewhere/", "/a/")
    row = FormerAddress.objects.get(path="/b/")
    make_article(slug="third")
    desk.post(
        f"/admin/articles/formeraddress/{row.pk}/change/", {"path": "/b/", "current_path": "/news/third/"}
    )
    FormerAddress.objects.create(path="/old-b/", current_path="/c/")
    lead(desk, "/c/", "/news/story/")
    assert desk.get("/old-b/")["Location"] == "/news/story/"
    targets = set(FormerAddress.objects.values_list("current_path", flat=True))
    assert not targets & set(FormerAddress.objects.values_list("path", flat=True))


def test_a_slug_that_changes_takes_its_redirects_along(desk, story):
    lead(desk, "/old/", "/news/story/")
    story.slug = "story-two"
    story.save()
    for path in ["/old/", "/news/story/"]:
        assert desk.get(path)["Location"] == "/news/story-two/"
    story.slug = "story"
    story.save()
    assert desk.get("/old/")["Location"] == "/news/story/"
    assert desk.get("/news/story/").status_code == 200


def test_it_can_lead_to_no_circle(desk, story):
    assert "circle" in errors(desk, "/news/gone/", "/news/gone/") or "no page" in errors(
        desk, "/news/gone/", "/news/gone/"
    )
    lead(desk, "/old/", "/news/story/")
    Article.objects.filter(pk=story.pk).update(state="withdrawn")
    assert "circle" in errors(desk, "/news/story/", "/old/")
    assert FormerAddress.objects.count() == 1


@pytest.mark.parametrize("path", ["/", "/news/", "/search/", "/admin/", "/admin/login/", "/get-help/", "/news/2006/",
                                  "/news/story/", "/about/", "https://other.example/x/", "//other.example/x/",
                                  "/x/?id=4", "/x/#top", "javascript:alert(1)", "http://[", "/%00/", "/a\\b/", "/a\u202eb/"])  # fmt: skip
def test_it_takes_no_address_that_is_used_or_not_ours(desk, story, path):
    Page.objects.create(title="About", path="about", body_html="<p>x</p>", state="published",
                        published_at=timezone.now(), first_published_at=timezone.now())  # fmt: skip
    assert errors(desk, path, "/news/story/")
    assert not FormerAddress.objects.exists()


def test_a_site_whose_name_begins_as_ours_is_another_one(desk, story, settings):
    settings.SITE_URL = "https://news.example"
    assert "on another site" in errors(desk, "https://news.example.org/old/", "/news/story/")
    lead(desk, "https://news.example/old/", "https://news.example/news/story/")
    assert FormerAddress.objects.get().path == "/old/"


@pytest.mark.parametrize(
    "to",
    ["/nowhere/", "/news/nowhere/", "/admin/", "https://other.example/", "/share/x/", "", "/news/draft/"],
)
def test_it_leads_to_pages_of_ours_alone(desk, make_article, to):
    make_article(slug="draft", state="draft", published_at=None, first_published_at=None)
    assert errors(desk, "/old/", to)


@pytest.mark.parametrize(
    "to", ["/", "/news/", "/search/", "/get-help/", "/news/2006/", "/countries/laos/", "/newsletter/"]
)
def test_lists_and_subjects_can_be_led_to(desk, make_country, to):
    make_country()
    lead(desk, "/old/", to)
    assert desk.get("/old/")["Location"] == to


@pytest.mark.parametrize("kind", ["article", "resource", "page"])
def test_readers_of_an_unpublished_piece_are_led_on_where_editors_say_so(
    desk, story, make_resource, make_article, kind
):
    if kind == "page":
        row = Page.objects.create(title="Old", path="old-page", body_html="<p>x</p>", state="withdrawn",
                                  first_published_at=timezone.now())  # fmt: skip
    else:
        make = {"article": make_article, "resource": make_resource}[kind]
        row = make(slug="old-piece")
        type(row).objects.filter(pk=row.pk).update(state="withdrawn")
    path = row.get_absolute_url()
    assert desk.get(path).status_code == 410
    lead(desk, path, "/news/story/")
    assert desk.get(path)["Location"] == "/news/story/"
    FormerAddress.objects.all().delete()
    assert desk.get(path).status_code == 410


def test_a_page_that_is_published_later_stands_before_a_redirect(desk, story, make_article):
    lead(desk, "/news/later/", "/news/story/")
    make_article(slug="later")
    assert desk.get("/news/later/").status_code == 200


def test_two_that_were_led_to_each_other_do_not_go_in_a_circle(desk, story, make_article):
    other = make_article(slug="other")
    FormerAddress.record("/news/story/", "/news/other/")  # before the story was written
    Article.objects.filter(pk=other.pk).update(state="withdrawn")
    lead(desk, "/news/other/", "/news/story/")
    Article.objects.filter(pk=story.pk).update(state="withdrawn")
    contentversion.forget()
    assert desk.get("/news/story/").status_code == 410
    rows = dict(FormerAddress.objects.values_list("path", "current_path"))
    assert rows == {"/news/other/": "/news/story/"}


def test_none_leads_past_another_to_where_nothing_stands_any_more(desk, story):
    lead(desk, "/a/", "/news/story/")
    Article.objects.filter(pk=story.pk).update(state="withdrawn")
    assert "no page at this address" in errors(desk, "/b/", "/a/")


def test_what_is_in_the_archive_is_a_page_that_stands(desk, story, make_article):
    over = timezone.now() - datetime.timedelta(days=1)
    make_article(slug="archived", expires_at=over, after_expiry="archived")
    assert "page stands at this address" in errors(desk, "/news/archived/", "/news/story/")
    lead(desk, "/old/", "/news/archived/")
    assert desk.get("/old/", follow=True).status_code == 200


def test_search_does_not_change(desk, story):
    before = list(Document.objects.values_list("pk", "fingerprint"))
    lead(desk, "/old/", "/news/story/")
    assert list(Document.objects.values_list("pk", "fingerprint")) == before


def test_writers_make_none(client, writer):
    client.force_login(writer)
    assert client.get(reverse("admin:articles_formeraddress_changelist")).status_code == 403
    assert client.get(ADD).status_code == 403
