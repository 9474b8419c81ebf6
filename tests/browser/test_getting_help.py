"""From any page to a number that works: by keyboard, without JavaScript, in a text browser, on paper."""

import os
import re
import shutil
import subprocess

import html5lib
import pytest

from tests.browser.accessible import violations

pytestmark = pytest.mark.browser

SEED = "/news/help-comes-to-laotian-trafficking-victims/"
# One of every kind of page.
FROM = ["/", "/news/", "/news/2006/", "/news/2006/08/", SEED, "/countries/", "/countries/laos/", "/topics/prevention/",
        "/about/", "/newsletter/", "/newsletter/october-2006/", "/newsletter/manage/", "/inquiries/",
        "/inquiries/mailbox/", "/feeds/", "/resources/", "/resources/philippines-republic-act-9208/", "/search/?q=laos", "/search/?q=qqqq", "/nowhere/", "/%00"]  # fmt: skip
NUMBER = "+000 202"  # of the demo's hotline in Thailand
HELP = [
    "/get-help/",
    "/get-help/?country=thailand",
    "/get-help/?country=nowhere",
    "/countries/papua-new-guinea/",
]
EIGHT = ["Cambodia", "Indonesia", "Laos", "Myanmar", "Papua New Guinea", "Philippines", "Thailand", "Vietnam"]


def tab_to(page, name):
    """Press Tab until the link of that name has the focus, and Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        text = page.evaluate("document.querySelector(':focus')?.textContent.trim()")
        if text and text.startswith(name):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no link {name!r} among the first 60 stops")


@pytest.fixture(scope="module")
def known_to_lead():
    """Return the pages of help, as a keyboard meets them, from which the second action was tried."""
    return set()


@pytest.mark.parametrize("path", FROM)
def test_two_actions_by_keyboard_lead_from_any_page_to_a_number(server, visitor, known_to_lead, path):
    page = visitor(server.url + path)
    tab_to(page, "Get help")
    page.wait_for_url("**/get-help/")
    stops = "\n".join(page.locator("a, button, input").evaluate_all("all => all.map(e => e.outerHTML)"))
    if stops in known_to_lead:
        return  # whichever way one came, it is the page that the keyboard has been tried on
    tab_to(page, "Thailand")
    shown = page.get_by_text(NUMBER, exact=True)
    box = shown.bounding_box()
    assert page.url.endswith("#thailand")
    assert 0 <= box["y"] <= 740 - box["height"] or shown_nearby(page)
    known_to_lead.add(stops)


def shown_nearby(page):
    """Return whether the emergency number of the country, which comes first, is in view."""
    box = page.get_by_text("+000 102", exact=True).bounding_box()
    return 0 <= box["y"] <= 740 - box["height"]


def test_the_address_of_a_country_can_be_kept_by_heart(server, visitor):
    page = visitor(server.url + "/get-help/#thailand")
    assert shown_nearby(page)


def dump(url):
    """Return what w3m shows of a page, and the addresses of its numbered links."""
    if not shutil.which("w3m"):
        reason = "w3m is missing: `apt-get install w3m` brings it."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    command = [
        "w3m",
        "-dump",
        "-cols",
        "80",
        "-o",
        "display_link_number=1",
        "-o",
        "accept_encoding=identity",
        url,
    ]
    text = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    text, _references, links = text.partition("References:")
    return text, dict(re.findall(r"\[(\d+)\] (\S+)", links))


def address(text, links, name):
    """Return where the numbered link of that name leads."""
    return links[re.search(rf"\[(\d+)\]{name}", text)[1]]


@pytest.mark.parametrize("path", [path for path in FROM if "%" not in path])
def test_two_links_in_a_text_browser_lead_from_any_page_to_a_number(server, path):
    text, links = dump(server.url + path)
    help_url = address(text, links, "Get help")
    assert help_url == f"{server.url}/get-help/"
    text, links = dump(help_url)
    assert address(text, links, "Thailand").endswith("/get-help/#thailand")
    country = text[text.index("\nThailand\n") : text.index("\nVietnam\n")]
    assert NUMBER in country
    assert country.index("Emergency numbers") < country.index("Hotlines") < country.index("Organisations")


@pytest.mark.parametrize("path", HELP)
def test_promise_3_a_visit_for_help_leaves_nothing_in_the_browser(server, visitor, path):
    page = visitor(server.url + path, javascript=True)
    assert page.context.cookies() == []
    assert page.hosts == {server.url.removeprefix("http://")}
    assert [text for text in page.complaints if "404" not in text] == []
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"""
    )
    assert kept == [0, 0, 0]
    assert page.locator("script:not([type='application/ld+json'])").count() == 1  # the one that leaves


LOOKS = [("/get-help/", "light"), ("/get-help/?country=thailand", "dark"), ("/get-help/?country=nowhere", "light"),
         ("/countries/papua-new-guinea/", "light"), ("/countries/papua-new-guinea/", "dark"), ("/%00", "dark")]  # fmt: skip


@pytest.mark.parametrize(("path", "scheme"), LOOKS)
def test_axe_finds_no_violation(server, visitor, path, scheme):
    page = visitor(server.url + path, scheme=scheme, javascript=True)
    assert violations(page) == ""


@pytest.mark.parametrize("path", HELP)
def test_it_is_valid_and_reads_at_320_pixels(server, visitor, path):
    page = visitor(server.url + path, width=320, javascript=True)
    html5lib.HTMLParser(strict=True).parse(page.content())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("h1").count() == 1
    for name in ["Leave this site", "Newsroom"]:
        assert page.get_by_role("link", name=name).first.is_visible()
    sizes = page.locator("main p").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 13


def test_its_first_stops_are_the_way_out_the_content_and_the_home_page(server, visitor):
    page = visitor(server.url + "/get-help/")
    stops = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(page.locator(":focus").text_content())
    assert stops == ["Leave this site", "Skip to the content", "Newsroom"]


def pages_on_paper(page):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


TEN = """
from django.utils import timezone
from articles.models import Country, Hotline
country = Country.objects.get(slug="cambodia")
for number, kind in enumerate(["emergency"] * 3 + ["hotline"] * 4 + ["organisation"] * 3):
    Hotline.objects.create(
        country=country, kind=kind, name=f"Line {number} for people in forced labour and in forced marriage",
        operator="Ministry of Labour and Social Welfare, department of protection", number_local="021 555 012",
        number_international="+855 21 555 012", text_number="+855 20 555 012",
        url="https://www.example.org/help/people-in-forced-work", languages="Khmer, Thai, Vietnamese, Lao, English",
        hours="Mon-Fri 08:00-12:00, 13:00-17:00; Sat 09:00-13:00", time_zone="Asia/Phnom_Penh", cost="free",
        run_by_police="no", confidential="yes", verified_by="x", verified_on=timezone.localdate(),
        without_papers="Nobody asks for papers, and nothing is passed on to the police or to immigration, unless "
        "you say so yourself in writing or on the phone.",
        note="Press 2 for English. A person answers within two minutes; at night a voice asks for your number, "
        "and somebody calls back in the morning.",
    )
"""


def test_ten_numbers_with_every_field_print_on_one_page(server, visitor):
    assert server.manage("shell", "--no-imports", "-c", TEN).returncode == 0
    page = visitor(server.url + "/get-help/?country=cambodia")
    assert pages_on_paper(page) == 1
    page.emulate_media(media="print")
    assert page.get_by_text("021 555 012", exact=True).count() == 10
    assert page.get_by_text("Press 2 for English").last.is_visible()
    remove = "from articles.models import Hotline; print(Hotline.objects.filter(verified_by='x').delete()[0])"
    assert server.manage("shell", "--no-imports", "-c", remove).stdout == "10\n"


def test_a_country_prints_on_one_page(server, visitor):
    for path in ["/get-help/?country=indonesia", "/get-help/#thailand"]:
        assert pages_on_paper(visitor(server.url + path)) == 1, path
    page = visitor(server.url + "/get-help/?country=thailand")
    page.emulate_media(media="print")
    assert page.get_by_text(NUMBER, exact=True).is_visible()
    assert not page.get_by_role("link", name="Leave this site").is_visible()


def accessible(page, role):
    """Return the names that Chromium tells screen readers for a role."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        node["name"]["value"]
        for node in tree
        if not node.get("ignored") and node.get("role", {}).get("value") == role
    ]


def test_a_screen_reader_meets_the_map_as_links_with_names(server, visitor):
    page = visitor(server.url + "/countries/", width=1280)
    assert {"Map of the countries", "List of the countries"} <= set(accessible(page, "navigation"))
    links = accessible(page, "link")
    assert [links.count(name) for name in EIGHT] == [2] * 8  # on the map and in the list


def test_the_map_works_by_keyboard_and_shows_its_focus(server, visitor):
    page = visitor(server.url + "/countries/", width=1280)
    on_map = page.get_by_role("navigation", name="Map of the countries")
    before = (
        on_map.get_by_role("link", name="Laos")
        .locator("path")
        .evaluate("e => getComputedStyle(e).strokeWidth")
    )
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        name = focused.get_attribute("aria-label")
        if name in EIGHT:
            reached.append(name)
        if name == "Laos":
            after = focused.locator("path").evaluate("e => getComputedStyle(e).strokeWidth")
            assert after != before
        if reached == EIGHT:
            break
    assert reached == EIGHT
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/vietnam/")


def test_the_map_stands_out_in_forced_colours_and_on_paper(server, visitor):
    page = visitor(server.url + "/countries/", width=1280, forced_colors="active")
    for media in ["screen", "print"]:
        page.emulate_media(media=media)
        fills = [
            page.locator(one).first.evaluate("e => getComputedStyle(e).fill")
            for one in [".map .land", ".map a path"]
        ]
        assert len(set(fills)) == 2, media
        assert page.locator(".map").is_visible()


def test_the_map_turns_into_its_list_on_a_small_screen(server, visitor):
    page = visitor(server.url + "/countries/", width=320)
    assert not page.locator(".map").is_visible()
    links = accessible(page, "link")
    assert [links.count(name) for name in EIGHT] == [1] * 8
    for name in EIGHT:
        assert page.get_by_role("link", name=name).is_visible()
