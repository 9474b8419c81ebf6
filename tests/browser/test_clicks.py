"""A practised editor publishes a piece with at most 12 presses of mouse or finger, and 2 page loads."""

import re

import pytest

from tests.browser.desk import SIZES, in_letters

pytestmark = pytest.mark.browser
MOST, LOADS = 12, 2
# Presses into the text are writing; those on pickers and in dialogs count.
COUNT = """addEventListener("pointerdown", (event) => {
    if (!event.target.closest?.(".cke_wysiwyg_div")) window.pressed(event.target.outerHTML.slice(0, 120));
}, true);"""


def pick(desk, *names):
    """Type the beginning of each name into the box that has the focus, and take it with the Enter key."""
    for name in names:
        desk.type(name)
        desk.page.locator(".select2-results__option--highlighted", has_text=name).wait_for()
        desk.press("Enter")


@pytest.mark.parametrize("size", SIZES)
def test_a_piece_is_published_with_few_presses(server, make_desk, size):
    desk = make_desk(size, service_workers="block")  # a browser of its own: what counts stays in it
    page, presses, loads = desk.page, [], []
    desk.context.expose_function("pressed", lambda where: presses.append(where))
    desk.context.add_init_script(COUNT)
    desk.open("/admin/")
    page.on("load", lambda _page: loads.append(page.url))

    desk.hit(page.locator("#content a", has_text="New article"))
    page.locator(".cke_wysiwyg_div").wait_for()
    title = f"Twelve presses by {size} {in_letters()}"
    if size == "phone":  # a keyboard on the screen comes by a tap
        desk.hit(page.locator("#id_title"))
    desk.type(title)
    desk.press("Tab")
    desk.type("One sentence about it.")
    desk.hit(page.locator(".cke_wysiwyg_div"))
    desk.type("A shelter opened in the town. It has rooms for nine people, and a garden.")

    desk.hit(page.get_by_role("button", name="Choose a picture"))
    desk.hit(page.locator(".picture-choices button").first)
    assert page.locator(".field-lead_shown img").evaluate(
        "image => image.complete || image.decode().then(() => true)"
    )
    desk.hit(page.locator(".field-countries .select2-selection"))
    pick(desk, "Laos")
    desk.hit(page.locator(".field-topics .select2-selection"))
    pick(desk, "Prevention", "Data and research")
    desk.hit(page.locator("#id_source_relation"))  # the list of the system, which takes letters
    presses.append("the row of that list")
    page.select_option("#id_source_relation", "adapted")
    desk.hit(page.locator("#id_source_publication"))
    desk.type("Vientiane Times")
    desk.press("Tab")
    desk.type("5 June 2006")
    with page.expect_navigation(url=re.compile(r"/admin/articles/article/(\d+/change/)?$")):
        desk.hit(page.locator("input[name=_publish]"))
    page.wait_for_load_state()

    assert len(presses) <= MOST, presses
    page.wait_for_timeout(200)  # the event comes a little later
    assert len(loads) == LOADS, loads
    desk.open(f"/admin/articles/article/?q={title.replace(' ', '+')}")
    with page.expect_navigation():
        desk.hit(page.locator("#result_list tbody th a").first)
    address = page.locator("a.viewsitelink").get_attribute("href")
    text = page.request.get(server.url + address).text()
    for part in [title, "garden", "Laos", "Prevention", "Data and research", "Vientiane Times", "<picture"]:
        assert part in text, part
    assert desk.complaints == []
