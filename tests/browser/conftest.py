"""A visitor with a browser, and members of staff with theirs."""

from urllib.parse import urlsplit

import pytest

from tests.browser.desk import SIZES, Desk

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


@pytest.fixture(scope="session")
def open_on_phone(browser, phones):
    """Return a function that opens a page on a phone without JavaScript, and remembers what was asked for."""

    def open_page(url, *, width=360, scheme="light", javascript=False, **options):
        kind = (javascript, *sorted(options.items()))
        if kind not in phones:
            phones[kind] = Phone(browser.new_context(java_script_enabled=javascript, **options))
        page = phones[kind].open_page(url)
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        page.hosts = set()
        page.complaints = []
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(url, wait_until="load")
        return page

    return open_page


@pytest.fixture
def visitor(open_on_phone):
    """Return a function like open_on_phone(); what it opens is closed after the test."""
    pages = []

    def visit(url, **options):
        pages.append(open_on_phone(url, **options))
        return pages[-1]

    yield visit
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def sit_down(server, browser):
    """Return a function that gives somebody who has signed in a page of their own at a desk or on a phone.

    Browsers are kept, signed in as they are, each with a page that keeps its renderer; close what you were given.
    """
    kept = {}

    def sit_down(size, username, **options):
        kind = (size, username, *sorted(options.items()))
        if kind not in kept:
            kept[kind] = browser.new_context(**SIZES[size], **options)
            Desk(kept[kind], server, size).sign_in(username)
        return Desk(kept[kind], server, size)

    return sit_down


@pytest.fixture
def make_desk(sit_down):
    """Return a function like sit_down(); what it gives is closed after the test."""
    made = []

    def make(size, username="editor", **options):
        made.append(sit_down(size, username, **options))
        return made[-1]

    yield make
    for desk in made:
        desk.page.close()
