"""'Leave this site': on every page, where it leads, and what else keeps quiet about a visit."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.template.loader import render_to_string

from articles.links import rounds
from newsroom.sitesettings import exits
from newsroom.sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db
SCRIPT = settings.BASE_DIR / "static" / "js" / "leave.js"
EXIT = "https://weather.example.org/"
PAGES = ["/", "/news/piece/", "/get-help/", "/stay-safe/", "/inquiries/", "/inquiries/mailbox/", "/search/?q=piece",
         "/newsletter/", "/newsletter/manage/", "/nowhere/", "/resources/", "/feeds/"]  # fmt: skip
OF_REFUSALS = ["400", "408", "411", "413", "414", "429", "503", "newsroom/no_database", "newsroom/no_files",
               "inquiries/too_many", "inquiries/unreadable"]  # fmt: skip


@pytest.fixture
def site(make_article, make_page):
    """Return a site with an exit of its own, and one for Thai."""
    make_article(slug="piece")
    make_article(slug="thai", language="th")
    make_page(path="stay-safe", title="Stay safe")
    return SiteSettings.objects.create(name="Harbour", exit_url=EXIT, exit_urls="th https://th.example.org/")


def check(text, exit_url):
    """Check what a page needs: the script before the stylesheet, and the button first; return the parsed page."""
    page = BeautifulSoup(text, "html.parser")
    script, style = page.select_one("head script[data-exit]"), page.select_one("head link[rel=stylesheet]")
    assert script["data-exit"] == exit_url
    assert style is None or script.sourceline < style.sourceline
    button = page.find("a")  # the first stop of the keyboard
    assert (button["id"], button["href"], button["rel"]) == ("leave", exit_url, ["noreferrer", "noopener"])
    return page


@pytest.mark.parametrize("path", PAGES)
def test_it_is_the_first_stop_of_every_page_with_the_worst_case_in_words(client, site, path):
    page = check(client.get(path).text, EXIT)
    words = page.select_one("#leave-words").get_text(" ", strip=True)
    assert words.startswith("Hides this page. Back may still lead here; this browser’s history keeps it.")
    assert page.select_one("#leave-said")["role"] == "status"
    assert page.select_one("head script")["data-name"] == "Harbour"


@pytest.mark.parametrize("name", [*OF_REFUSALS, "500"])
def test_it_is_on_pages_that_need_no_database(name):
    check(render_to_string(f"{name}.html"), "https://www.wikipedia.org/")


def test_all_scripts_of_public_pages_are_one_below_3000_bytes_that_old_browsers_run(client, site):
    text = SCRIPT.read_text()
    assert len(text.encode()) <= 3_000
    assert re.findall(r"=>|\blet\b|\bconst\b|`|\?\.|\?\?|\.\.\.", text) == []
    for path in PAGES:
        sources = re.findall(r'<script (?!type="application/ld)[^>]*src="([^"]*)"', client.get(path).text)
        assert sources == ["/static/js/leave.js"], path


def test_the_policy_gains_scripts_and_connections_of_the_site_and_nothing_else(client, site):
    assert set(client.get("/")["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    }  # fmt: skip


def test_the_exit_follows_the_language_of_what_is_read(client, site):
    check(client.get("/news/thai/").text, "https://th.example.org/")
    check(client.get("/news/piece/").text, EXIT)


def test_its_own_address_only_redirects_to_the_exit(client, site):
    answer = client.get("/leave/")
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, EXIT, "no-store")
    assert answer["Referrer-Policy"] == "no-referrer"


def test_its_own_address_redirects_while_the_database_is_away(client, site):
    def away(*_args):
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        answer = client.get("/leave/")
    assert (answer.status_code, answer["Location"]) == (302, "https://www.wikipedia.org/")


BAD_EXITS = ["th", "xx https://example.org/", "th ftp://example.org/", "https://example.org/", "th https://example.org/ more",
             "th https://bank.example@evil.example/"]  # fmt: skip


def test_an_exit_for_a_language_is_its_code_and_an_address():
    text = "\r\nth https://th.example.org/\r\nLO  https://lo.example.org/ \n"
    exits.validate_exits(text)
    assert exits.read(text) == {"th": "https://th.example.org/", "lo": "https://lo.example.org/"}
    for bad in BAD_EXITS:
        with pytest.raises(ValidationError):
            exits.validate_exits(f"{text}{bad}")


def test_the_link_checker_knows_all_exits_and_where_they_stand(site):
    for url in [EXIT, "https://th.example.org/"]:
        assert url in rounds._public_urls()
        assert [place.url for place in rounds.places_of(url)] == [
            "/admin/sitesettings/sitesettings/1/change/"
        ]


QUIET = ["/get-help/", "/get-help/?country=laos", "/stay-safe/", "/inquiries/", "/inquiries/mailbox/", "/search/",
         "/search/?q=piece", "/search/?q=nothing-at-all"]  # fmt: skip


@pytest.mark.parametrize("path", QUIET)
def test_pages_that_tell_on_a_reader_are_called_by_the_site_alone_and_stored_nowhere(client, site, path):
    answer = client.get(path)
    assert "<title>Harbour</title>" in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_all_titles_can_be_hidden(client, site):
    paths = [*PAGES, "/news/", "/countries/"]
    titles = [re.search("<title>(.*?)</title>", client.get(path).text, re.DOTALL)[1] for path in paths]
    assert len(set(titles)) > 5
    SiteSettings.objects.update(hide_titles=True)
    for path in paths:
        assert "<title>Harbour</title>" in client.get(path).text, path
