"""The preview beside the form that is being written: on a desk and on a phone."""

import re

import pytest

pytestmark = pytest.mark.browser

FITS = "document.documentElement.scrollWidth <= innerWidth"
LIST = "/admin/articles/article/?q=Laotian"


def frame_with(page, text):
    """Wait until the frame shows a text, and return what it holds."""
    shown = page.frame_locator(".preview-holder iframe:not(.is-coming)").last
    shown.get_by_text(text).first.wait_for()
    return shown


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_is_typed_is_seen_beside_the_form(make_desk, size):
    desk = make_desk(size)
    page = desk.page
    desk.open(LIST)
    desk.hit(page.locator("#result_list tbody th a").first)
    page.wait_for_url(re.compile("/change/"))
    address, steps = page.url, page.evaluate("history.length")
    desk.hit(page.get_by_role("button", name="Preview beside the form"))
    shown = frame_with(page, "Laotian")
    assert shown.locator(".draft-bar").count() == 0
    page.fill("#id_title", "A planted title")
    shown = frame_with(page, "A planted title")
    desk.editor()
    desk.press("Control+Home")
    desk.type("Planted words. ")
    shown = frame_with(page, "Planted words.")

    assert page.evaluate("history.length") == steps  # Back leads where it led before
    assert page.locator(".preview-holder iframe").count() == 1
    frame = page.locator(".preview-holder iframe").bounding_box()
    assert frame["width"] <= page.viewport_size["width"]
    beside = page.locator("#article_form").bounding_box()
    is_beside = frame["x"] > beside["x"] + beside["width"] - 1
    assert is_beside == (size == "desk")
    assert page.evaluate(FITS)
    page.get_by_label("Desktop").check()
    assert page.locator(".preview-holder iframe").evaluate("(one) => one.contentWindow.innerWidth") >= 1280
    assert page.evaluate(FITS)

    page.get_by_label("Phone").check()
    # Nothing in the frame leads the form away: neither its exit nor its links.
    for link in [shown.locator("#leave"), shown.locator("main a[href^='/']").last]:
        with page.context.expect_page() as opened:
            desk.hit(link)
        opened.value.close()
    page.keyboard.press("Shift")
    assert page.url == address
    assert page.locator("#id_title").input_value() == "A planted title"

    with page.context.expect_page() as opened:
        desk.hit(page.get_by_role("button", name="Preview in a new tab"))
    tab = opened.value
    tab.get_by_text("Nobody but you sees it").wait_for()
    assert tab.get_by_text("Planted words.").first.is_visible()
    assert tab.evaluate(FITS)
    tab.close()
    desk.hit(page.get_by_role("button", name="Close the preview"))
    assert page.locator(".preview-panel").is_hidden()
    desk.open(LIST)
    assert page.get_by_text("A planted title").count() == 0
