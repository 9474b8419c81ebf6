"""Every kind of page in every width and every set of colours: axe, a walk by keyboard, large text, old browsers."""

from itertools import product

import pytest

from tests.browser.accessible import violations_of_every_text
from tests.browser.conftest import open_on_phone, phones, visitor  # noqa: F401 - fixtures
from tests.browser.focus import walk
from tests.browser.kinds import KINDS
from tests.browser.measuring import SIZES, scrolls_sideways
from tests.browser.test_old_browsers import faults, style_of
from tests.browser.test_visiting import PAGES
from tests.oldbrowsers import BOTH

LOOKS = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}


@pytest.mark.parametrize("path", KINDS)
def test_axe_and_the_keyboard_in_every_look(server, visitor, path):  # noqa: F811 - a fixture
    page = visitor(server.url + path, javascript=True)
    found = []
    for width in [320, 1280]:
        for name, look in LOOKS.items():
            page.set_viewport_size({"width": width, "height": 740})
            page.emulate_media(**look)
            page.reload()  # the keyboard begins at the top
            found += [(width, name, report) for report in [violations_of_every_text(page)] if report]
            stops, unseen = walk(page, width)
            found += [(width, name, stop) for stop in unseen]
            assert len(stops) > 2
    assert found == []


@pytest.mark.parametrize("path", sorted({*KINDS, *PAGES}))
def test_large_text_on_small_screens(server, visitor, path):  # noqa: F811 - a fixture
    page = visitor(server.url + path, javascript=True)
    widths = (240, 256, 280, 320, 360, 414, 640, 1280)
    assert scrolls_sideways(page, product(SIZES, widths)) == []


@pytest.mark.parametrize("old", sorted(BOTH))
def test_old_browsers_at_every_width(server, visitor, old):  # noqa: F811 - a fixture
    page = visitor(server.url + "/healthz")
    page.route("**/*.css", style_of(old))
    widths = (256, 320, 360, 414, 768, 1024, 1280)
    assert [fault for path in KINDS for fault in faults(page, server.url + path, widths)] == []
