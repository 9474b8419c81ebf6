"""`make soak`: every public address of the demo in a browser, with and without JavaScript (promise 3)."""

import html
import re
from urllib.parse import urljoin, urlsplit

import pytest

pytestmark = pytest.mark.browser
LINKS = re.compile(r'<a [^>]*?href="([^"]+)"')
NOT_CRAWLED = ("/admin/", "/leave/", "/media/")
KEPT = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
    (await caches.keys()).length, window.name]"""


def public_addresses(server):
    """Return every path and query that links of the site lead to, and those of the sitemap."""
    found, waiting = (
        set(),
        ["/", "/sitemap.xml", "/nowhere/", "/%00", "/search/?q=shelter", "/get-help/?country=nowhere"],
    )
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(NOT_CRAWLED):
            continue
        found.add(path)
        _status, body = server.get(path)
        text = body.decode("utf-8", "replace")
        links = LINKS.findall(text) if "<html" in text else []
        links += re.findall(r"<loc>([^<]+)</loc>", text)
        for link in links:
            parts = urlsplit(urljoin(server.url + path, html.unescape(link)))
            if f"{parts.scheme}://{parts.netloc}" == server.url and not deep(parts):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return sorted(found)


def deep(parts):
    """Return whether an address only narrows a list that was narrowed already: there are thousands of these."""
    return parts.query.count("&") > 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_no_public_address_leaves_a_trace(server, visitor, javascript):
    page = visitor(server.url, javascript=javascript)
    pages = [path for path in public_addresses(server) if shows_a_page(server, path)]
    print(f"\n{len(pages)} pages")
    assert len(pages) > 80
    for path in pages:
        page.complaints.clear()
        page.goto(server.url + path, wait_until="load")
        assert page.context.cookies() == [], path
        assert page.hosts == {urlsplit(server.url).netloc}, path
        # A browser says itself that an answer was 4xx.
        assert [text for text in page.complaints if "status of 4" not in text] == [], path
        assert page.evaluate(KEPT) == [0, 0, 0, 0, ""], path


def shows_a_page(server, path):
    _status, body = server.get(path)
    return b"<html" in body[:500]
