"""What visitors can read, and what they can't."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.dates import PartialDate
from articles.models import Article, FormerAddress

pytestmark = pytest.mark.django_db


def everywhere(article):
    """Return every address that must show a published article."""
    return [
        "/",
        "/news/",
        article.get_absolute_url(),
        *(c.get_absolute_url() for c in article.countries.all()),
        *(t.get_absolute_url() for t in article.topics.all()),
        f"/news/{article.display_date.year}/",
        "/feeds/news.rss",
    ]


@pytest.fixture
def article(make_article, make_country, make_topic):
    article = make_article(title="A shelter opens", slug="a-shelter-opens", display_date=PartialDate(2006, 8))
    article.countries.add(make_country())
    article.topics.add(make_topic())
    return article


def test_it_shows_a_published_article_on_every_page_that_lists_it(client, article):
    for address in [*everywhere(article), "/news/2006/08/"]:
        assert "A shelter opens" in client.get(address).content.decode(), address
    assert "/news/a-shelter-opens/" in client.get("/sitemap-articles.xml").content.decode()


@pytest.mark.parametrize("hide", ["draft", "withdrawn", "scheduled"])
def test_promise_1_it_serves_nothing_that_is_not_published(client, article, hide):
    if hide == "scheduled":
        article.published_at = timezone.now() + datetime.timedelta(hours=1)
    else:
        article.state = hide
    article.save()
    for address in [*everywhere(article), "/news/2006/08/", "/sitemap-articles.xml"]:
        response = client.get(address)
        assert "A shelter opens" not in response.content.decode(), address
        assert "a-shelter-opens" not in response.content.decode().replace(address, ""), address


def test_it_answers_410_for_an_unpublished_article_and_says_so(client, article):
    article.withdraw()
    article.save()
    response = client.get(article.get_absolute_url())
    assert response.status_code == 410
    assert "<h1" in response.content.decode()


def test_it_answers_404_for_a_draft_that_nobody_can_have_read(client, make_article):
    draft = make_article(state="draft", published_at=None, first_published_at=None)
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_scheduled_article_that_is_withdrawn_becomes_a_draft(make_article):
    article = make_article(
        published_at=timezone.now() + datetime.timedelta(days=1),
        first_published_at=timezone.now() + datetime.timedelta(days=1),
    )
    article.withdraw()
    assert article.state == Article.State.DRAFT


def test_a_year_only_piece_stands_in_its_year_and_in_no_month(client, make_article):
    make_article(title="Of the year", slug="of-the-year", display_date=PartialDate(2011))
    make_article(title="Of the month", slug="of-the-month", display_date=PartialDate(2011, 3))
    assert "Of the year" in client.get("/news/2011/").content.decode()
    march = client.get("/news/2011/03/").content.decode()
    assert "Of the month" in march
    assert "Of the year" not in march
    assert client.get("/news/2011/04/").status_code == 404


def test_lists_go_by_publication_and_not_by_displayed_date(client, make_article):
    now = timezone.now()
    make_article(title="Old event", slug="old-event", display_date=PartialDate(1999), published_at=now)
    make_article(
        title="New event",
        slug="new-event",
        display_date=PartialDate(2025),
        published_at=now - datetime.timedelta(days=9),
    )
    text = client.get("/news/").content.decode()
    assert text.index("Old event") < text.index("New event")


def test_a_changed_slug_redirects_without_chains(client, article):
    for slug in ["second-name", "third-name"]:
        article.slug = slug
        article.save()
    response = client.get("/news/a-shelter-opens/")
    assert (response.status_code, response["Location"]) == (301, "/news/third-name/")
    article.slug = "a-shelter-opens"
    article.save()
    assert client.get("/news/a-shelter-opens/").status_code == 200
    assert FormerAddress.objects.filter(path="/news/a-shelter-opens/").count() == 0


def test_slugs_of_any_script_have_an_address(client, make_article):
    for slug in ["ນິທານ", "ผู้เสียหาย", "nạn-nhân"]:
        article = make_article(title=slug, slug=slug)
        assert client.get(reverse("articles:article", args=[article.slug])).status_code == 200


def test_a_translation_is_shown_on_both(client, article, make_article):
    make_article(title="Nhà tạm lánh", slug="nha-tam-lanh", language="vi", translation_of=article)
    assert "/news/nha-tam-lanh/" in client.get("/news/a-shelter-opens/").content.decode()
    assert "/news/a-shelter-opens/" in client.get("/news/nha-tam-lanh/").content.decode()


def test_it_credits_the_source_as_the_original_site_did(client, make_article):
    article = make_article(
        source_relation="adapted",
        source_title="More Help for Trafficking Victims.",
        source_publication="Vientiane Times",
        source_date=PartialDate(2006, 6, 5),
    )
    for address in [article.get_absolute_url(), "/feeds/news.rss"]:
        text = client.get(address).content.decode()
        assert "Adapted from" in text
        assert "More Help for Trafficking Victims" in text
        assert "Vientiane Times" in text


def test_the_campaign_box_is_up_only_in_its_time(client, make_callout):
    make_callout(title="Running campaign")
    make_callout(title="Past campaign", ends_at=timezone.now() - datetime.timedelta(days=1))
    make_callout(title="Future campaign", starts_at=timezone.now() + datetime.timedelta(days=1))
    text = client.get("/").content.decode()
    assert "Running campaign" in text
    assert "Past campaign" not in text
    assert "Future campaign" not in text


def test_no_campaign_box_leads_to_the_page_that_it_stands_on(client, make_callout, make_page):
    make_callout(title="Campaign", link="/campaign/")
    make_page(path="campaign")
    make_page(path="about")
    assert "Campaign" in client.get("/about/").content.decode()
    assert "Campaign" not in client.get("/campaign/").content.decode()


def test_pages_stand_in_their_menu_and_their_address(client, make_page):
    make_page(title="About Us", path="about", menu="header")
    make_page(title="Unfinished page", path="unfinished", menu="header", state="draft")
    home = client.get("/").content.decode()
    assert "About Us" in home
    assert "Unfinished page" not in home
    assert client.get("/about/").status_code == 200
    assert client.get("/unfinished/").status_code == 404


@pytest.mark.parametrize("address", ["/", "/news/", "/countries/laos/", "/topics/prevention/", "/countries/"])
def test_lists_run_the_same_number_of_queries_for_1_article_and_for_50(
    client, known_version, address, article, make_article
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    country, topic = article.countries.get(), article.topics.get()
    with CaptureQueriesContext(connection) as one:
        assert client.get(address).status_code == 200
    for number in range(49):
        more = make_article(title=f"More {number}", slug=f"more-{number}")
        more.countries.add(country)
        more.topics.add(topic)
    with CaptureQueriesContext(connection) as fifty:
        assert client.get(address).status_code == 200
    assert len(one) == len(fifty)
    assert len(fifty) <= 13  # those of menu, footer and head are asked once in a content version


def test_an_article_page_runs_at_most_8_queries(
    client, known_version, article, make_article, django_assert_max_num_queries
):
    for number in range(5):
        make_article(slug=f"more-{number}").countries.set(article.countries.all())
    with django_assert_max_num_queries(8):
        client.get(article.get_absolute_url())


@pytest.mark.parametrize(
    "path", ["/", "/news/", "/countries/", "/nowhere/", "/feeds/news.rss", "/sitemap-articles.xml"]
)
def test_promise_3_no_public_answer_sets_a_cookie_or_allows_another_host(client, article, path):
    response = client.get(path)
    assert not response.cookies
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-" not in policy
    assert "http" not in policy


def test_a_text_runs_in_the_direction_of_its_language_whatever_it_begins_with(client, make_article):
    make_article(title="UNICEF تفتح مركزا", dek="UNODC تقول", slug="ar", language="ar")
    make_article(title="العربية in a title", slug="vi", language="vi")
    cards = client.get("/news/").text
    for language, direction in [("ar", "rtl"), ("vi", "ltr")]:
        told = f'lang="{language}" dir="{direction}"'
        page = client.get(f"/news/{language}/").text
        for element in ["<h1", '<p class="dek"', '<div class="prose column"']:
            assert f"{element} {told}>" in page
        assert f'<h2 class="card-title" {told}>' in cards or f'<h3 class="card-title" {told}>' in cards
        assert f'<p class="dek" {told}>' in cards
    make_article(slug="own")
    assert "dir=" not in client.get("/news/own/").text.split("<main")[1].split("related")[0]
