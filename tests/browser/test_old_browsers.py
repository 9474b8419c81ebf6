"""The site as the browsers of old phones show it: Chrome 70 and iOS 12, by what they know of our stylesheets."""

from functools import cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest

from tests.browser.kinds import KINDS, SEED
from tests.oldbrowsers import BOTH, NO_GAPS_IN_FLEX_BOXES, as_read_by
from tests.servers import ROOT

pytestmark = pytest.mark.browser
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))

FAULTS = """() => {
    const faults = [], wide = innerWidth, seen = e => e.getClientRects().length && getComputedStyle(e).visibility === 'visible';
    if (document.documentElement.scrollWidth > wide) faults.push('it scrolls sideways: ' + document.documentElement.scrollWidth);
    for (const e of document.querySelectorAll('img, svg, input, textarea, button'))
        if (e.getBoundingClientRect().right > wide + 1) faults.push('outside the screen: ' + e.outerHTML.slice(0, 90));
    const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !seen(e) || e.closest('.visually-hidden, .skip, svg, option')) continue;
        if (parseFloat(getComputedStyle(e).fontSize) < 13) faults.push('small: ' + walker.currentNode.data.trim());
        const range = document.createRange(); range.selectNodeContents(walker.currentNode);
        for (const r of range.getClientRects()) if (r.width > 1) texts.push([r, walker.currentNode.data, e]);
    }
    for (let i = 1; i < texts.length; i++) { // words of two links that run into each other
        const [a, was, one] = texts[i - 1], [b, is, other] = texts[i];
        if (one !== other && (one.closest('a, label, time, small') || other.closest('a, label, time, small'))
            && Math.abs(a.bottom - b.bottom) < 4 && b.left >= a.left && b.left - a.right < 2
            && /\\w$/.test(was) && /^\\w/.test(is)) faults.push('no space: ' + was.trim() + '|' + is.trim());
    }
    for (const p of document.querySelectorAll('main p'))
        if (seen(p) && p.textContent.trim().length > 80 && wide < 400 && p.clientWidth < wide * 0.5)
            faults.push('a narrow column: ' + p.textContent.trim().slice(0, 60));
    for (const p of document.querySelectorAll('.prose p, main > p'))
        if (p.clientWidth > 800 && p.textContent.length > 120) faults.push('a wide column: ' + p.textContent.trim().slice(0, 60));
    scrollTo(0, 1e6);
    const exit = [...document.querySelectorAll('a')].find(a => a.textContent.trim() === 'Leave this site');
    const r = exit.getBoundingClientRect();
    if (r.top < 0 || r.bottom > innerHeight || r.right > wide) faults.push('the exit is out of view');
    if (getComputedStyle(document.body).backgroundColor === 'rgba(0, 0, 0, 0)') faults.push('it has no style');
    return faults; }"""


def style_of(browser):
    """Return what answers a request for a stylesheet with what the browser keeps of it."""

    @cache
    def style(name):
        return as_read_by(browser, (ROOT / "static" / "css" / f"{name}.css").read_text())

    def answer(route):
        name = PurePosixPath(urlsplit(route.request.url).path).name.split(".")[0]
        route.fulfill(body=style(name), content_type="text/css; charset=utf-8")

    return answer


def faults(page, url, widths=(360,)):
    """Return what is wrong on a page at each width, by address and width."""
    page.goto(url, wait_until="load")
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate(NO_GAPS_IN_FLEX_BOXES)
        found += [f"{urlsplit(url).path} at {width}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


@pytest.mark.parametrize(("number", "old"), list(enumerate(sorted(BOTH))))
def test_every_kind_of_page_reads_on_an_old_phone(server, visitor, number, old):
    """The two take turns, beyond the first page and an article; tests/soak/test_looks.py shows each every page at every width."""
    page = visitor(server.url + "/healthz")
    page.route("**/*.css", style_of(old))
    paths = {"/", SEED, *KINDS[number::2]}
    assert [fault for path in sorted(paths) for fault in faults(page, server.url + path)] == []


def test_the_filter_drops_what_such_a_browser_does_not_know():
    style = """@layer a; @layer base { p { color: red } } p { color: green; inset: 0; margin: clamp(1px, 2vw, 3px) }
        a, p:has(b) { color: red } a:is(b) { top: 0 } @media (prefers-color-scheme: dark) { p { color: red } }
        @media print { p { margin-inline-start: 0; padding: 0; padding: max(1px, var(--a)) } }
        @supports selector(:has(a)) { p { color: red } } b { position: -webkit-sticky; position: sticky }"""
    assert " ".join(as_read_by("Chrome 70", style).split()) == (
        "p { color: green } @media print { p { margin-inline-start: 0; padding: 0; padding: unset } }"
        " b { position: sticky }"
    )
    assert "position: -webkit-sticky }" in as_read_by("iOS 12", style)
    assert "inline-start" not in as_read_by("iOS 12", style)


@pytest.mark.parametrize(
    "style", [one for one in STYLES if not one.name.startswith("admin")], ids=lambda one: one.name
)
def test_old_browsers_keep_nearly_all_of_our_stylesheets(style):
    text = style.read_text()
    assert all(len(as_read_by(browser, text)) > len(text) * 0.75 for browser in BOTH)
    assert "letter-spacing" not in text  # it tears the letters of joined scripts apart
