"""`make soak`: every public address of the demo in a browser, with and without JavaScript (promise 3)."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import open_on_phone, phones, visitor  # noqa: F401 - fixtures
from tests.soak.crawling import public_addresses

pytestmark = pytest.mark.browser
KEPT = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
    (await caches.keys()).length, window.name]"""


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_no_public_address_leaves_a_trace(server, visitor, javascript):  # noqa: F811 - a fixture
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
