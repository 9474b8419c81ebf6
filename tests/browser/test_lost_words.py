"""Promise 8: 500 words that were typed are there again, identical, after at most one click (tests/soak plays all)."""

import pytest

from tests.browser import lostwords
from tests.browser.lostwords import play
from tests.conftest import database_url
from tests.servers import Server

pytestmark = pytest.mark.browser

PLAYED = {
    "article": [
        lostwords.tab_is_closed, lostwords.server_is_killed, lostwords.session_ends, lostwords.is_refused,
        lostwords.server_returns, lostwords.another_goes_on,
    ],
    "issue": [lostwords.back_is_pressed, lostwords.browser_is_killed],
    "answer": [lostwords.sidebar_link_is_pressed, lostwords.another_signs_in],
}  # fmt: skip


@pytest.fixture(scope="module")
def own():
    """Return a server of one's own, which may be killed."""
    running = Server(database_url(), copy_of="demo").start()
    yield running
    running.remove()


@pytest.mark.parametrize("kind", PLAYED)
def test_promise_8_what_was_typed_is_there_again(browser, own, kind):
    play(browser, own, kind, PLAYED[kind])


def test_promise_8_a_page_that_back_leads_to_keeps_nothing_that_nobody_typed(browser, own):
    form = lostwords.Form(browser, own, "article")
    form.discard_all()
    form.page.locator(form.box).wait_for()
    form.desk.open("/admin/articles/article/")
    form.page.go_back()
    form.page.locator(form.box).wait_for()
    # What the editor made of the text as it was left; the browser would fill it in at some moment.
    assert form.page.evaluate(
        "(({value, defaultValue}) => value === defaultValue)(document.getElementById('id_body_html'))"
    )
    form.open()
    assert not form.page.locator(".unsaved-offer").count()
    form.close()
