"""What a chat shows of a link that somebody sends: of pages of help nothing but the site's name."""

import pytest
from bs4 import BeautifulSoup

from newsletter.models import Subscriber
from newsletter.readers import tokens
from newsroom.sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db
NAME = "Harbour News"
# Of signed-in staff nobody sends links; what follows no chat can fetch by GET.
OPEN = {"/", "/news/", "/countries/", "/resources/", "/feeds/", "/newsletter/", "/about/"}


@pytest.fixture(autouse=True)
def site(make_page, make_hotline):
    """Return a site with a page of every kind that somebody at risk may send on."""
    make_hotline()
    make_page(path="stay-safe", title="Stay safe", body_html="<p>How to erase what was visited.</p>")
    make_page(path="about", title="About us", body_html="<p>Who we are.</p>")
    return SiteSettings.objects.create(name=NAME, tagline="News against trafficking")


def preview(client, path):
    """Return what a chat would show: everything about the page but its bare title."""
    page = BeautifulSoup(client.get(path).content, "html.parser")
    shown = {}
    for meta in page.head.find_all("meta"):
        key = meta.get("property") or meta.get("name") or ""
        if key.startswith(("og:", "twitter:", "article:")) or key == "description":
            shown[key] = meta["content"]
    return shown


@pytest.mark.parametrize("path", [
    "/get-help/", "/get-help/?country=laos", "/get-help/?country=nowhere", "/stay-safe/", "/inquiries/",
    "/inquiries/?about=/about/", "/inquiries/mailbox/", "/search/", "/search/?q=shelter", "/search/?q=nothing-at-all",
    "/newsletter/sign-up/sent/", "/newsletter/manage/", "/newsletter/manage/sent/", "/newsletter/confirm/x.y/",
    "/newsletter/unsubscribe/x.y/", "/newsletter/manage/x.y/", "/newsletter/manage/x.y/erase/",
    "/newsletter/change/from/x.y/", "/newsletter/change/to/x.y/", "/nowhere/",
])  # fmt: skip
def test_a_link_to_help_tells_on_nobody(client, path):
    shown = preview(client, path)
    assert {"description", "og:title", "og:description"} <= shown.keys()
    assert set(shown.values()) == {NAME}


def test_a_link_to_what_a_reader_got_by_mail_tells_on_nobody(client):
    reader = Subscriber.objects.create(
        address="ann@example.org", address_key="ann@example.org", state=Subscriber.State.CONFIRMED
    )
    for name in ["confirm", "manage", "unsubscribe"]:
        link = getattr(tokens, name.upper()).url(reader)
        assert set(preview(client, link[link.index("/newsletter/") :]).values()) == {NAME}


@pytest.mark.parametrize("path", sorted(OPEN))
def test_other_pages_are_described(client, path):
    shown = preview(client, path)
    assert shown["og:site_name"] == NAME
    assert shown["og:description"] not in {"", NAME}
