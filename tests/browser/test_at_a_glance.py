"""What an editor sees at once: lists on a phone, the first page on a wide screen, and one way to a lead picture."""

import pytest

from tests.browser.desk import ADD

pytestmark = pytest.mark.browser
LIST = "/admin/articles/article/"


def test_a_phone_shows_pieces_at_once_and_what_is_done_to_them_when_one_is_ticked(make_desk):
    phone = make_desk("phone")
    phone.open(LIST)
    page = phone.page
    assert page.locator("#result_list tbody tr").nth(1).bounding_box()["y"] < 740
    actions, filters = page.locator(".actions"), page.locator(".filter")
    assert not actions.is_visible()
    # A filter unfolds below its line, and is not cut by it.
    phone.hit(filters.nth(0).locator("summary"))
    box = filters.nth(0).locator("ul").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["height"] > 60
    assert filters.nth(0).locator("li a").last.is_visible()
    phone.hit(filters.nth(0).locator("summary"))
    phone.hit(page.locator(".action-select").first)
    shown = actions.bounding_box()
    assert actions.is_visible() and shown["y"] + shown["height"] <= 741
    assert phone.complaints == []


@pytest.mark.parametrize("width", [1024, 1440])
def test_no_column_of_a_list_is_cut(make_desk, width):
    desk = make_desk("desk")
    desk.page.set_viewport_size({"width": width, "height": 900})
    for address in (LIST, "/admin/articles/resource/", "/admin/articles/page/", "/admin/pictures/image/"):
        desk.open(address)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, address
        right = desk.page.evaluate(
            "Math.max(...[...document.querySelectorAll('#result_list :is(td, th)')].map((e) => e.getBoundingClientRect().right))"
        )
        assert right <= width, address


def test_the_first_page_fills_a_wide_screen(make_desk):
    desk = make_desk("desk", "admin")
    desk.page.set_viewport_size({"width": 1440, "height": 900})
    desk.open("/admin/")
    rights = desk.page.evaluate(
        "[...document.querySelectorAll('.first-page > *')].map((e) => e.getBoundingClientRect().right)"
    )
    assert max(rights) > 1340


def test_a_lead_picture_is_chosen_and_taken_out_in_one_place(make_desk):
    desk = make_desk("desk")
    desk.open(ADD)
    row = desk.page.locator(".field-lead_picture")
    assert (
        row.locator(".select2-container").count() == 1 and not row.locator(".select2-container").is_visible()
    )
    desk.hit(row.get_by_role("button", name="Choose a picture"))
    desk.hit(desk.page.locator(".picture-choices button").first)
    other = row.get_by_role("button", name="Choose another picture")
    other.wait_for()
    chosen = desk.page.locator(".field-lead_shown img")
    assert desk.page.input_value("#id_lead_picture") and chosen.count() == 1
    desk.hit(row.get_by_role("button", name="Take it out"))
    assert not desk.page.input_value("#id_lead_picture") and chosen.count() == 0
    assert row.get_by_role("button", name="Choose a picture").evaluate(
        "button => button === document.activeElement"
    )
    assert not row.get_by_role("button", name="Take it out").is_visible()
    assert desk.complaints == []
