"""`make soak`: two people change one article in two browsers, five times; the suite plays it once."""

import pytest

from tests.browser.desk import SIZES, Desk
from tests.browser.twoeditors import play
from tests.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser


def test_five_rounds_in_two_browsers_lose_nothing(browser, server):
    with browser.browser_type.launch(executable_path=CHROMIUM, args=FLAGS) as other:
        desks = [Desk(one.new_context(**SIZES["desk"]), server, "desk") for one in (browser, other)]
        for desk, name in zip(desks, ("editor", "admin"), strict=True):
            desk.sign_in(name)
        play(server, *desks, rounds=5)
        for desk in desks:
            desk.leave()
