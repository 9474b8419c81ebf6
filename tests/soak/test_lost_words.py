"""`make soak`: everything that can happen to 500 typed words, on each of the three forms; the suite plays a choice."""

import pytest

from tests.browser.lostwords import COMES_BACK, FORMS, IS_SENT, play
from tests.conftest import database_url
from tests.servers import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own():
    """Return a server of one's own, which may be killed."""
    running = Server(database_url(), copy_of="demo").start()
    yield running
    running.remove()


@pytest.mark.parametrize("event", [*COMES_BACK, *IS_SENT], ids=lambda event: event.__name__)
@pytest.mark.parametrize("kind", FORMS)
def test_promise_8_500_words_survive(browser, own, kind, event):
    play(browser, own, kind, [event])
