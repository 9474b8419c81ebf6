"""`make soak`: leaving after 1, 2 and 6 pages, by every way, with kept pages and without, and how long it takes."""

import itertools
import statistics
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error

from tests.browser.leaving import PAGES, Street, Visit, is_blank, tab
from tests.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser
ROUNDS = 7  # of each measure
LOAD = 4.0  # seconds that the exit takes while the screen is watched
WAYS = ["button", "shift", "keyboard"]


@pytest.fixture(scope="module")
def street(server):
    return Street(server.url)


@pytest.fixture(scope="module", params=[True, False], ids=["keeping pages", "keeping none"])
def any_browser(request, browser):
    """Return a Chromium with a back-forward cache, which Playwright turns off, or without."""
    if not request.param:
        yield browser
        return
    running = browser.browser_type.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield running
    running.close()


def leave(visit, way):
    """Leave by the button, by Shift, or by the keyboard on the button."""
    if way == "button":
        visit.press()
    elif way == "shift":
        visit.shift()
    else:
        visit.page.locator("#leave").focus()
        visit.page.keyboard.press("Enter")


def check(visit, before="/before"):
    """Check that Back leads to the page before the visit, and Forward to nothing of ours."""
    names, at = visit.history()
    assert names[at - 1 :] == [before, "/exit", "/leave/"]
    page = visit.page
    assert page.evaluate("window.name") == ""
    page.go_forward(wait_until="commit")
    assert page.url == visit.street.exit
    visit.session.send("Page.navigateToHistoryEntry", {"entryId": entry(visit, at)})
    page.wait_for_url(visit.street.others + before, wait_until="commit")  # a kept page is not loaded again
    page.go_forward(wait_until="commit")
    assert page.url == visit.street.exit


def entry(visit, at):
    return visit.session.send("Page.getNavigationHistory")["entries"][at]["id"]


@pytest.mark.parametrize(("pages", "way"), list(itertools.product([1, 2, 6], WAYS)))
def test_it_leaves_the_tab(any_browser, street, pages, way):
    with tab(any_browser) as page:
        visit = Visit(street, page).read(*PAGES[:pages])
        leave(visit, way)
        visit.arrive()
        check(visit)


@pytest.mark.parametrize("way", WAYS)
def test_it_leaves_from_the_answer_of_a_form(any_browser, street, way):
    with tab(any_browser) as page:
        visit = Visit(street, page).read("/inquiries/")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("alert").wait_for()
        leave(visit, way)
        visit.arrive()
        check(visit)
    with tab(any_browser) as page:
        visit = Visit(street, page).read("/get-help/", "/")
        page.get_by_role("searchbox").fill("laos")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?q=laos")
        leave(visit, "button" if way == "button" else "keyboard")
        visit.arrive()
        check(visit)


def test_a_visit_after_another_site_leaves_by_itself(any_browser, street):
    with tab(any_browser) as page:
        visit = Visit(street, page).read("/", "/news/", f"{street.others}/other", "/countries/", "/about/")
        leave(visit, "button")
        visit.arrive()
        check(visit, "/other")


@pytest.mark.parametrize("pages", [1, 2, 6])
def test_the_error_page_of_an_unreachable_exit_is_the_browsers(any_browser, street, pages):
    street.exit_is_away = True
    try:
        with tab(any_browser) as page:
            visit = Visit(street, page).read(*PAGES[:pages])
            leave(visit, "button")
            page.wait_for_timeout(1500)
            names, at = visit.history()
            assert names[:at] == ["/before"] and names[at] == f"http://localhost:{street.closed}/"
            assert "laos" not in page.content().lower()
    finally:
        street.exit_is_away = False


@pytest.mark.parametrize(("pages", "way", "javascript"), [
    (1, "button", True), (6, "button", True), (6, "shift", True), (2, "keyboard", True), (2, "button", False),
])  # fmt: skip
def test_every_frame_after_the_press_is_blank(any_browser, street, pages, way, javascript):
    """The browser hands over each frame that it paints: none while nothing on the screen changes."""
    frames = []
    street.exit_takes = LOAD
    try:
        with tab(any_browser, java_script_enabled=javascript) as page:
            visit = Visit(street, page).read(*PAGES[:pages])
            prepare(visit, way)
            visit.session.on("Page.screencastFrame", lambda frame: _keep(visit, frames, frame))
            visit.session.send("Page.startScreencast", {"format": "png"})
            page.wait_for_timeout(500)
            pressed = time.time()
            last_press(visit, way)
            page.wait_for_timeout((LOAD - 1) * 1000)
            loading = [frame for frame in frames if frame["metadata"]["timestamp"] > pressed]
            visit.arrive()
    finally:
        street.exit_takes = 0.0
    blank = [is_blank(frame["data"]) for frame in loading]
    assert True in blank, "nothing was painted after the press"
    first = blank.index(True)
    took = loading[first]["metadata"]["timestamp"] - pressed
    print(f"\nblank {took * 1000:.0f} ms after the press, frames before it: {first}")
    assert first <= 1  # one may have been on its way to the screen
    assert all(blank[first:]), blank
    assert took < 0.25


def prepare(visit, way):
    """Do what comes before the last press, which can be seen: the pointer over the button, the focus, Shift twice."""
    if way == "shift":
        visit.shift(2)
    elif way == "keyboard":
        visit.page.locator("#leave").focus()
    else:
        visit.page.locator("#leave").hover()


def last_press(visit, way):
    """Do the press that leaves, without waiting for what follows."""
    if way == "shift":
        visit.shift(1)
    elif way == "keyboard":
        visit.page.keyboard.press("Enter")
    else:
        visit.page.mouse.down()
        visit.page.mouse.up()


def _keep(visit, frames, frame):
    frames.append(frame)
    with suppress(Error):  # the tab may be closed already
        visit.session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})


def seconds(browser, street, pages):
    with tab(browser) as page:
        visit = Visit(street, page).read(*PAGES[:pages])
        return _timed(visit)


def _timed(visit):
    leave(visit, "button")
    return visit.arrive()


def test_it_takes_less_than_a_third_of_a_second(any_browser, street):
    for pages in [1, 2, 6]:
        median = statistics.median(seconds(any_browser, street, pages) for _ in range(ROUNDS))
        print(f"\nleft after {pages} pages in {median * 1000:.0f} ms (median of {ROUNDS})")
        assert median < 0.3


def test_it_takes_about_a_second_where_the_first_page_is_slow_and_not_stored(any_browser, street):
    street.slow = {PAGES[0]: 0.8}
    try:
        median = statistics.median(seconds(any_browser, street, 3) for _ in range(ROUNDS))
    finally:
        street.slow = {}
    print(f"\nleft through a first page that takes 0.8 s in {median * 1000:.0f} ms (median of {ROUNDS})")
    assert median < 1.2
