"""A visitor's way through the site, in a real browser."""

import re
from urllib.parse import urlsplit

import html5lib
import pytest

from tests.browser.accessible import violations_in_all_colours
from tests.browser.focus import walk
from tests.browser.measuring import CUT, OFF_THE_GRID, OPENING, SMALL, VOIDS, each_size_once, scrolls_sideways
from tests.servers import ROOT

pytestmark = pytest.mark.browser

SEED = "/news/help-comes-to-laotian-trafficking-victims/"
PAGES = ["/", "/news/", "/news/2006/", "/news/2006/08/", SEED, "/news/fifty-million-people-how-the-estimate-was-made/", "/countries/", "/countries/laos/", "/topics/prevention/", "/newsletter/", "/newsletter/sign-up/sent/",
         "/about/", "/contact/", "/how-you-can-help/", "/privacy/", "/linking-needs-with-resources/",
         "/resources/", "/resources/?kind=law&sort=title", "/resources/palermo-protocol/", "/resources/how-to-read-a-figure/",
         "/nowhere/", "/search/?q=shelter", "/search/?q=xylophone+shelter", "/feeds/", "/newsletter/october-2006/"]  # fmt: skip

# Written by editors into the same template as /about/ and /news/2006/: axe takes a second a page.
OF_ONE_KIND = {
    "/contact/",
    "/how-you-can-help/",
    "/privacy/",
    "/linking-needs-with-resources/",
    "/news/2006/08/",
}


@pytest.fixture(scope="module", params=PAGES)
def visit(request, server, open_on_phone):
    """Return the path of a page and the page: many questions, one visit."""
    page = open_on_phone(server.url + request.param, javascript=True)
    yield request.param, page
    page.give_back()


def test_promise_3_a_visit_sets_no_cookie_and_asks_no_other_host(server, visit):
    _path, page = visit
    assert page.context.cookies() == []
    assert page.hosts == {urlsplit(server.url).netloc}
    assert [text for text in page.complaints if "404" not in text] == []
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_axe_finds_no_violation_on_a_phone(visit):
    path, page = visit
    if path not in OF_ONE_KIND:
        assert violations_in_all_colours(page) == ""


def test_the_dark_scheme_changes_colours_and_the_ground_of_the_logo_alone():
    """What axe is asked in dark rests on it."""
    for name in ["site.css", "admin.css", "chart.css"]:
        style = (ROOT / "static" / "css" / name).read_text()
        dark = re.findall(r"prefers-color-scheme: dark\) \{((?:[^{}]*\{[^{}]*\})*)\s*\}", style)
        assert len(dark) == style.count("prefers-color-scheme") > 0
        told = [name for block in dark for name in re.findall(r"([\w-]+):\s[^{;]*;", block)]
        assert [
            name for name in told if not re.fullmatch("--.+|background|padding|border-radius", name)
        ] == []


def test_every_page_is_valid_html_with_one_heading_and_the_boxes_of_the_seed_page(visit):
    _path, page = visit
    html5lib.HTMLParser(strict=True).parse(page.context.request.get(page.url).text())
    assert page.locator("h1").count() == 1
    for text in [
        "About Us",
        "How You Can Help",
        "Contact Us",
        "Subscribe via RSS",
        "Privacy Policy and Disclaimer",
    ]:
        assert page.get_by_role("link", name=text).first.is_visible(), text
    assert page.get_by_role("link", name="Leave this site").first.is_visible()
    assert page.get_by_text("© 2001").first.is_visible()
    assert page.locator('link[type="application/rss+xml"]').count() >= 1


def test_no_page_scrolls_sideways_on_a_small_screen_or_with_large_text(visit):
    path, page = visit
    assert scrolls_sideways(page, each_size_once(PAGES.index(path))) == []
    page.set_viewport_size({"width": 1280, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_what_stands_on_a_page_begins_at_its_grid_and_is_not_cut(visit):
    _path, page = visit
    for width in [320, 768, 1280, 1600]:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(OFF_THE_GRID) == [], width
        assert page.evaluate(CUT) == [], width
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.querySelector('main > *').getBoundingClientRect().top + scrollY") <= 220


def test_what_is_pressed_on_a_phone_is_not_too_small(visit):
    _path, page = visit
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate(SMALL) == []


def test_the_front_page_is_composed(server, visitor):
    page = visitor(server.url + "/")
    page.set_viewport_size({"width": 1280, "height": 720})
    seen = page.evaluate(OPENING)
    assert seen["dek"] < 720
    assert 40 <= seen["lead"][0] <= 56
    assert all(24 <= size <= 28 for size in seen["second"][:2])
    assert all(18 <= size <= 20 for size in [*seen["second"][2:], *seen["rest"]])
    assert max(seen["heads"]) < min(seen["rest"])
    for width in [768, 1280, 1600]:
        page.set_viewport_size({"width": width, "height": 720})
        assert page.evaluate(VOIDS) == [], width
    page.set_viewport_size({"width": 360, "height": 640})
    seen = page.evaluate(OPENING)
    assert seen["begins"] <= 220
    assert seen["dek"] < 640
    assert max(seen["services"][:2]) < 2 * 640


def test_the_exit_stands_in_the_same_place_on_every_page(server, visitor):
    page = visitor(server.url + "/")
    for width in [320, 768, 1280, 1600]:
        page.set_viewport_size({"width": width, "height": 740})
        places = []
        for path in ["/", "/inquiries/", "/nowhere/", "/get-help/", "/get-help/card/?country=thailand"]:
            page.goto(server.url + path)
            box = page.locator("#leave").bounding_box()
            places.append((width - box["x"] - box["width"], box["y"]))
        assert max(x for x, _y in places) - min(x for x, _y in places) <= 2, (width, places)
        assert max(y for _x, y in places) - min(y for _x, y in places) <= 2, (width, places)


def test_the_menu_of_a_phone_is_one_row_and_opens_without_a_script(server, visitor):
    page = visitor(server.url + "/about/")
    assert page.evaluate("document.querySelector('.menu').clientHeight") < 56
    link = page.get_by_role("navigation", name="Main menu").get_by_role("link", name="About Us")
    assert link.count() == 0
    page.locator(".menu summary").click()
    assert link.is_visible()
    box = page.get_by_label("Search the entirety of the site for resources or updates")
    box.fill("shelter")
    with page.expect_navigation():
        box.press("Enter")
    assert urlsplit(page.url).query == "q=shelter"


def test_the_text_of_an_article_begins_on_the_first_screen_and_is_a_line_to_read(server, visitor):
    page = visitor(server.url + "/news/how-to-read-a-trafficking-statistic/")
    for width, height in [(360, 740), (768, 1024), (1280, 720)]:
        page.set_viewport_size({"width": width, "height": height})
        text = page.evaluate(
            """() => { const p = document.querySelector('.prose > p:not(.dateline)'), style = getComputedStyle(p),
            range = document.createRange(), letters = []; range.selectNodeContents(p);
            for (const e of document.querySelectorAll('.prose > p')) { const lines = Math.round(e.clientHeight / parseFloat(style.lineHeight));
                if (lines > 3) letters.push(e.textContent.length / lines); }
            return [p.getBoundingClientRect().top, parseFloat(style.fontSize), Math.max(...letters)]; }"""
        )
        assert text[0] < height
        assert 18 <= text[1] <= 20
        if width > 600:
            assert 55 <= text[2] <= 72


@pytest.mark.parametrize("query", ["q=" + "x" * 400, "q=shelter&from=2006&country=" + "x" * 400])
def test_a_long_word_in_a_query_does_not_make_the_page_scroll_sideways(server, visitor, query):
    page = visitor(f"{server.url}/search/?{query}")
    for width in [320, 1280]:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_link_of_any_page_is_dead(server, visitor):
    seen, waiting = set(), ["/"]
    page = visitor(server.url + "/")
    while waiting and len(seen) < 150:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        response = page.context.request.get(server.url + path)
        assert response.status == 200, path
        if "html" in response.headers["content-type"]:
            document = html5lib.parse(response.text(), namespaceHTMLElements=False)
            links = [e.get("href") for e in document.iter() if e.get("href", "").startswith("/")]
            waiting += [link.split("#")[0] for link in links if link.split("#")[0] not in seen]
    assert len(seen) > 60


def test_the_first_tab_stops_leave_the_site_and_skip_to_the_content(server, visitor):
    page = visitor(server.url + SEED, javascript=True)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Leave this site"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    page.keyboard.press("Enter")
    target = page.evaluate("location.hash")
    assert page.locator(target).count() == 1


@pytest.mark.parametrize("path", ["/", "/newsletter/", "/newsletter/october-2006/"])
def test_every_link_can_be_reached_by_keyboard_and_shows_its_focus(server, visitor, path):
    page = visitor(server.url + path, javascript=True, width=1280)
    links = page.evaluate("document.querySelectorAll('a[href]').length")
    stops, unseen = walk(page, width=1280, of_a_kind=2)  # tests/soak/test_looks.py looks at each
    assert unseen == []
    assert len([html for html, *_place in stops if html.startswith("<a")]) == links


def test_nothing_moves_while_a_page_loads(server, visitor):
    page = visitor(server.url + SEED, javascript=True)
    shift = page.evaluate(
        """() => new Promise(done => { let total = 0;
        new PerformanceObserver(list => list.getEntries().forEach(e => total += e.value))
          .observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(total), 500); })"""
    )
    assert shift == 0


def test_the_seed_article_shows_its_month_and_its_source(server, visitor):
    page = visitor(server.url + SEED)
    text = page.locator("main").inner_text()
    assert "August 2006" in text
    assert "Adapted from" in text
    assert "Vientiane Times" in text
