"""Leaving: out of sight in the frame of the press, and out of the tab's history. The long form is tests/soak/test_leaving.py."""

import pytest

from tests.browser.leaving import PAGES, Street, Visit, tab

pytestmark = pytest.mark.browser

COVERED = "getComputedStyle(document.body).visibility"
# What the page looks like in the first frame after a press.
WATCH = f"""() => {{ addEventListener("click", () => requestAnimationFrame(() => {{ window.seen = {COVERED} }})) }}"""


@pytest.fixture(scope="module")
def street(server):
    return Street(server.url)


@pytest.fixture
def visit(browser, street):
    """Return a visit in a tab that nobody used; what was changed in the street is undone."""
    with tab(browser) as page:
        yield Visit(street, page)
    street.slow, street.exit_takes, street.exit_is_away = {}, 0.0, False


def test_promise_9_a_press_hides_the_page_in_its_frame_and_the_visit_leaves_the_tab(visit, street):
    page = visit.read(*PAGES[:3]).page
    assert visit.history() == (["/before", *PAGES[:3]], 3)
    street.exit_takes = 1.0
    page.evaluate(WATCH)
    visit.press()
    assert visit.is_blank
    assert page.url == f"{street.ours}/"
    visit.arrive()
    assert visit.history() == (["/before", "/exit", "/leave/"], 1)
    assert page.evaluate("window.name") == ""
    page.go_forward()
    assert page.url == street.exit
    page.go_back()
    page.go_back()
    assert page.url == f"{street.others}/before"


def test_promise_9_shift_pressed_three_times_alone_leaves_from_any_page_and_says_so(visit, street):
    page = visit.read("/search/?q=laos").page
    said = page.get_by_role("status").filter(has_text="Shift")
    visit.shift(1)
    assert said.inner_text() == "Press Shift twice more to leave."
    visit.shift(1)
    assert said.inner_text() == "Press Shift once more to leave."
    page.keyboard.press("Shift+Tab")  # not alone
    assert said.count() == 0
    page.locator("#search-main").focus()
    visit.shift()
    page.locator("body").click(position={"x": 5, "y": 300})
    visit.shift(2)
    assert page.url.endswith("/search/?q=laos")
    visit.shift(1)
    visit.arrive()
    assert visit.history() == (["/before", "/exit", "/leave/"], 1)


def test_it_leaves_through_the_first_page_that_runs_the_script(visit, street):
    """A visit can begin with a file; and it ends where another site begins."""
    visit.read("/", f"{street.others}/other", "/robots.txt", "/about/", "/get-help/", "/get-help/#thailand")
    visit.press()
    visit.arrive()
    names, at = visit.history()
    assert (names, at) == (["/before", "/", "/other", "/robots.txt", "/exit", "/leave/"], 4)


def test_a_first_page_that_is_slow_and_not_stored_is_waited_for(visit, street):
    visit.read(*PAGES[:2])
    street.slow = {PAGES[0]: 0.7}
    visit.press()
    visit.arrive()
    assert visit.history() == (["/before", "/exit", "/leave/"], 1)


def test_the_other_tabs_of_the_site_leave_too(visit, street):
    visit.read("/inquiries/")
    with visit.page.context.expect_page() as opened:
        visit.page.evaluate("url => { window.open(url, '_blank', 'noopener') }", f"{street.ours}/get-help/")
    beside = Visit(street, opened.value, at=None)
    beside.page.wait_for_load_state()
    beside.press()
    beside.arrive()
    visit.arrive()
    assert visit.history() == (["/before", "/exit", "/leave/"], 1)


def test_where_the_browser_knows_no_visit_the_exit_takes_the_place_of_the_page(browser, street):
    with tab(browser) as page:
        page.add_init_script("Object.defineProperty(window, 'navigation', {value: undefined})")
        visit = Visit(street, page).read(*PAGES[:2])
        visit.press()
        visit.arrive()
        assert visit.history() == (["/before", PAGES[0], "/exit"], 2)


def test_without_javascript_a_press_covers_the_page_until_the_exit_is_there(browser, street):
    with tab(browser, java_script_enabled=False) as page:
        visit = Visit(street, page).read("/get-help/")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Leave this site"
        assert not visit.is_blank
        street.exit_takes = 1.0
        visit.press()
        page.mouse.move(5, 300)
        for _ in range(3):
            assert visit.is_blank
            page.wait_for_timeout(200)
        visit.arrive()
    street.exit_takes = 0.0
