"""What other sites show with a link to a page: words and a picture of its own, and nothing of pages that tell on somebody."""

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(make_article, make_resource, make_country, make_topic, make_page):
    subjects = {"countries": [make_country()], "topics": [make_topic()]}
    make_article(slug="one", dek="A sentence of the article.", **subjects)
    make_resource(slug="law", summary="A sentence of the resource.", **subjects)
    make_page(path="about", body_html="<p>A sentence of the page.</p>")
    make_page(path="stay-safe", title="Stay safe")


def told(client, path):
    """Return what a page tells other sites, by name."""
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return {
        one.get("property") or one.get("name"): one["content"]
        for one in page.select("meta[content]")
        if (one.get("property") or one.get("name") or "").startswith(("og:", "twitter:", "description"))
    }


PATHS = ["/", "/news/", "/news/2006/", "/news/2006/08/", "/news/one/", "/resources/", "/resources/law/", "/countries/",
         "/countries/laos/", "/topics/prevention/", "/about/", "/newsletter/", "/feeds/"]  # fmt: skip


def test_every_page_has_words_of_its_own_a_card_and_a_picture(client, site):
    found = {path: told(client, path) for path in PATHS}
    for path, tags in found.items():
        assert tags["twitter:card"] == "summary_large_image", path
        assert tags["og:image"].startswith("http") and tags["og:image:alt"], path
        assert tags["description"] == tags["og:description"], path
    descriptions = [tags["description"] for tags in found.values()]
    assert sorted(set(descriptions)) == sorted(descriptions)


@pytest.mark.parametrize(
    "path", ["/get-help/", "/stay-safe/", "/inquiries/", "/inquiries/mailbox/", "/search/?q=shelter"]
)
def test_pages_that_tell_on_somebody_show_the_name_of_the_site_alone(client, site, path):
    tags = told(client, path)
    assert set(tags.values()) == {"Newsroom"}
    assert "og:image" not in tags and "twitter:card" not in tags


def test_the_pictures_and_icons_are_there(client):
    from tests.servers import ROOT

    page = BeautifulSoup(client.get("/").content, "html.parser")
    links = [one["href"] for one in page.select('link[rel="icon"], link[rel="apple-touch-icon"]')]
    links.append(told(client, "/")["og:image"])
    assert len(links) == 4
    for link in links:
        assert (ROOT / "static" / link.split("/static/")[1]).stat().st_size > 200
