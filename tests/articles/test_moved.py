"""Addresses that changed: in every script, of everything that has one, and of what lies below and behind it."""

import datetime

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from articles.links.rounds import places_of
from articles.models import FormerAddress, Hotline, Page
from articles.models.address import Addressed
from newsletter.models import Issue
from newsroom.sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db
LONG = "ການຄ້າມະນຸດແລະການຊ່ວຍເຫຼືອຜູ້ຖືກເຄາະຮ້າຍ"
SLUGS = ["plain-words", LONG, "ผู้เสียหาย", "nạn-nhân", "ജനം", "жертвы", "人身取引", "ضحايا", "ຄ" * 120]


@pytest.fixture
def make(make_article, make_resource, make_topic, make_country):
    """Return a function that makes something public of a kind with this slug."""

    def make(kind, slug):
        if kind == "page":
            return Page.objects.create(
                title="A page", path=slug, body_html="<p>x</p>", state="published",
                published_at=timezone.now(), first_published_at=timezone.now(),
            )  # fmt: skip
        if kind == "issue":
            return Issue.objects.create(
                subject="An issue", slug=slug, state="sent", published_at=timezone.now()
            )
        makers = {
            "article": make_article,
            "resource": make_resource,
            "topic": make_topic,
            "country": make_country,
        }
        return makers[kind](slug=slug)

    return make


def rename(row, slug):
    setattr(row, row.ADDRESS, slug)
    row.full_clean()
    row.save()


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("kind", ["article", "resource", "topic", "country", "page", "issue"])
def test_a_former_address_leads_to_the_present_one(client, make, kind, slug):
    row = make(kind, slug)
    first = row.get_absolute_url()
    assert client.get(first).status_code == 200
    rename(row, "another-name")
    second = row.get_absolute_url()
    rename(row, f"ชื่อใหม่-{slug[:60]}")
    for former in [first, second]:
        answer = client.get(f"{former}?page=1")
        assert (answer.status_code, answer["Location"]) == (301, f"{row.get_absolute_url()}?page=1")
        assert client.get(answer["Location"]).status_code == 200
    rename(row, slug)
    assert client.get(first).status_code == 200
    assert client.get(second)["Location"] == first


@pytest.mark.parametrize("kind", ["article", "resource", "page", "issue"])
def test_what_was_never_public_leaves_no_address_behind(make, kind):
    row = make(kind, "first-name")
    if kind == "issue":
        row.published_at = None
    else:
        row.state, row.first_published_at = "draft", None
    row.save()
    rename(row, "second-name")
    assert not FormerAddress.objects.exists()


@pytest.mark.parametrize("kind", ["topic", "country"])
def test_what_names_a_subject_by_its_former_address_goes_on(client, make, kind):
    row = make(kind, "ເກົ່າ-old")
    feed = reverse(f"articles:{kind}_feed", args=["ເກົ່າ-old", "rss"])
    rename(row, "new")
    answer = client.get(feed)
    assert (answer.status_code, answer["Location"]) == (
        301,
        reverse(f"articles:{kind}_feed", args=["new", "rss"]),
    )
    for page, more in [("/resources/", {"sort": "title"}), ("/search/", {"q": "law"}), ("/get-help/", {})]:
        if page == "/get-help/" and kind == "topic":
            continue
        answer = client.get(page, {kind: "ເກົ່າ-old"} | more)
        assert answer.status_code == 301, page
        assert f"{kind}=new" in answer["Location"]
        assert client.get(answer["Location"]).status_code == 200
        assert all(f"{name}={value}" in answer["Location"] for name, value in more.items())
        assert client.get(page, {kind: "never"} | more).status_code in {200, 404}
    assert client.get(reverse(f"articles:{kind}_feed", args=["never", "rss"])).status_code == 404


@pytest.mark.parametrize("kind", ["article", "resource"])
def test_a_citation_follows_its_piece(client, make, kind):
    row = make(kind, "old-name")
    former = row.get_absolute_url()
    rename(row, "new-name")
    answer = client.get(f"{former}cite.bib")
    assert (answer.status_code, answer["Location"]) == (301, f"{row.get_absolute_url()}cite.bib")


def test_an_address_of_a_phone_that_takes_letters_apart_is_the_same(client, make):
    row = make("topic", "nạn-nhân")
    rename(row, "new")
    assert client.get("/topics/nạn-nhân/")["Location"] == "/topics/new/"


def test_a_save_of_other_fields_records_nothing(make):
    row = make("article", "first-name")
    row.slug, row.title = "second-name", "Another title"
    row.save(update_fields=["title"])
    assert not FormerAddress.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["https://example.org/the-ministry's-plan", "https://example.org/?q='a'&b=2", "https://example.org/a%27b",
     "https://example.org/ການ?x=1&amp=2", "https://example.org/100%_done"],
)  # fmt: skip
def test_a_link_is_found_where_it_stands_whatever_it_holds(make_article, make_resource, url):
    from html import escape

    article = make_article(title="Here", body_html=f'<p><a href="{escape(url)}">x</a></p>')
    make_article(title="Not here", body_html='<p><a href="https://example.org/the-ministrys-plan">x</a></p>')
    resource = make_resource(title="Here too", link=url)
    assert sorted(place.title for place in places_of(url)) == [article.title, resource.title]


def test_every_model_with_a_page_of_its_own_leaves_its_former_addresses_behind():
    on_pages_of_others = {Hotline, SiteSettings}
    with_a_page = {model for model in apps.get_models() if hasattr(model, "get_absolute_url")}
    assert {model for model in with_a_page - on_pages_of_others if not issubclass(model, Addressed)} == set()


@pytest.mark.parametrize("before", ["draft", "scheduled"])
def test_an_address_that_nobody_could_read_leads_nowhere(client, make_article, before):
    article = make_article(slug="her-name", state="draft", published_at=None)
    if before == "scheduled":
        article.published_at = timezone.now() + datetime.timedelta(hours=1)
        article.publish()
        article.save()
    article.slug, article.published_at = "a-woman", None
    article.publish()
    article.save()
    assert client.get("/news/a-woman/").status_code == 200
    assert client.get("/news/her-name/").status_code == 404
    assert not FormerAddress.objects.exists()
