"""A visitor with a browser."""

from urllib.parse import urlsplit

import pytest

EVERYTHING_KEPT = "cookies,local_storage,indexeddb,cache_storage,service_workers,websql,file_systems"


class Phone:
    """A browser context that lasts as long as the run: its first page costs as much as the next eight."""

    def __init__(self, context):
        self.context = context
        # A renderer ends with the last page of its site; this one stays, so that none has to be started anew.
        self.standby = context.new_page()

    def open_page(self, url):
        """Return a new page that knows nothing of what this browser was shown before; it is still empty."""
        address = urlsplit(url)
        origin = f"{address.scheme}://{address.netloc}"
        if self.standby.url == "about:blank":
            self.standby.goto(f"{origin}/healthz")
        page = self.context.new_page()
        session = self.context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": EVERYTHING_KEPT})
        session.send("Network.clearBrowserCache")
        session.detach()
        self.context.clear_cookies()
        return page


@pytest.fixture(scope="session")
def phones(browser):
    """Return the phones that were used so far, by their options."""
    return {}


@pytest.fixture
def visitor(browser, phones):
    """Return a function that opens a page on a phone without JavaScript, and remembers what was asked for."""
    pages = []

    def open_page(url, *, width=360, scheme="light", javascript=False, **options):
        kind = (javascript, *sorted(options.items()))
        if kind not in phones:
            phones[kind] = Phone(browser.new_context(java_script_enabled=javascript, **options))
        page = phones[kind].open_page(url)
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        page.hosts = set()
        page.complaints = []
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(url, wait_until="load")
        return page

    yield open_page
    for page in pages:
        page.close()
