"""A visitor with a browser, and members of staff with theirs."""

from urllib.parse import urlsplit

import pytest

from tests.browser.desk import SIZES, Desk

EVERYTHING_KEPT = "cookies,local_storage,indexeddb,cache_storage,service_workers,websql,file_systems"


# A tab of today's Chromium costs more than the page in it.
FORGET = "window.name = ''; try { sessionStorage.clear() } catch { /* a page of an error has none */ }"


class Phone:
    """A browser whose tabs last as long as the run: each forgets what it has shown before it shows the next."""

    def __init__(self, context):
        self.context = context
        self.unused = []

    def open_page(self, url):
        """Return a page that knows nothing of what this browser was shown before; it is still empty."""
        page = self.unused.pop() if self.unused else self._make_page()
        address = urlsplit(url)
        origin = f"{address.scheme}://{address.netloc}"
        page.session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": EVERYTHING_KEPT})
        page.session.send("Network.clearBrowserCache")
        self.context.clear_cookies()
        page.bring_to_front()  # one behind others paints, and scrolls, once a second
        page.hosts = set()
        page.complaints = []
        return page

    def _make_page(self):
        page = self.context.new_page()
        page.session = self.context.new_cdp_session(page)
        page.give_back = lambda: self._empty(page)
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda message: page.complaints.append(message.text))
        return page

    def _empty(self, page):
        page.evaluate(FORGET)
        page.unroute_all()
        page.goto("about:blank")
        page.session.send("Page.resetNavigationHistory")
        page.mouse.move(0, 0)
        self.unused.append(page)


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
        page.emulate_media(media="null", color_scheme=scheme, forced_colors="null")
        page.goto(url, wait_until="load")
        return page

    return open_page


@pytest.fixture
def visitor(open_on_phone):
    """Return a function like open_on_phone(); what it opens is given back after the test."""
    pages = []

    def visit(url, **options):
        pages.append(open_on_phone(url, **options))
        return pages[-1]

    yield visit
    for page in pages:
        page.give_back()


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
        desk.close()
