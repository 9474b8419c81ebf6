"""Links to our own pages, found by title in the dialog of links, and Ctrl+S from wherever one writes."""

import re

import pytest

from tests.browser.accessible import violations
from tests.browser.desk import ADD, in_letters
from tests.servers import wait_until

pytestmark = pytest.mark.browser
SETTLED = 300  # milliseconds, as in test_places_to_write.py
HAS_FOCUS = "box => box === document.activeElement"
TITLE = "Help Comes to Laotian Trafficking Victims"
PATH = "/news/help-comes-to-laotian-trafficking-victims/"
LINK = f'<a href="{PATH}">'


@pytest.fixture(scope="module")
def desk(sit_down):
    """Return an editor's desk."""
    one = sit_down("desk", "editor")
    yield one
    one.close()


@pytest.fixture(scope="module")
def phone(sit_down):
    """Return an editor's phone."""
    one = sit_down("phone", "editor")
    yield one
    one.close()


def open_dialog(desk, words="See "):
    """Write words, open the dialog of links, and return its search, which has the focus."""
    desk.begin_article()
    desk.editor()
    desk.type(words)
    desk.page.wait_for_timeout(SETTLED)
    desk.command("link")
    box = desk.page.get_by_role("combobox", name="Find one of our pages")
    box.wait_for()
    assert wait_until(lambda: box.evaluate(HAS_FOCUS))
    return box


def options(desk, sought):
    """Type into the search, and return the pages that it lists."""
    desk.type(sought)
    found = desk.page.locator(".link-finder [role=option]")
    found.first.wait_for()
    return found


def address(desk):
    return (
        desk.page.locator(".cke_dialog:visible input.cke_dialog_ui_input_text:visible").nth(1).input_value()
    )


def test_a_page_of_ours_is_found_and_linked_by_the_keyboard_alone(desk):
    box = open_dialog(desk)
    assert box.get_attribute("aria-expanded") == "false"
    found = options(desk, "laotian victims")
    assert found.all_inner_texts() == [f"{TITLE} article"]
    assert box.get_attribute("aria-expanded") == "true"
    listed = box.get_attribute("aria-controls")
    assert desk.page.locator(f"#{listed}[role=listbox]").is_visible()
    assert desk.page.get_by_role("status").filter(has_text="1 found").is_visible()
    desk.press("Enter")  # none is chosen yet: the dialog stays
    assert box.is_visible() and address(desk) == ""
    desk.press("ArrowDown")
    assert found.first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == found.first.get_attribute("id")
    assert violations(desk.page) == ""
    desk.press("Enter")
    assert address(desk) == PATH and found.count() == 0
    desk.press("Enter")
    box.wait_for(state="hidden")
    desk.page.wait_for_timeout(50)
    desk.type(", and more")
    assert desk.text() == f"<p>See {LINK}{TITLE}</a>, and more</p>"
    assert desk.complaints == []


def test_chosen_words_stay_the_text_and_escape_closes_the_list_before_the_dialog(desk):
    desk.begin_article()
    desk.editor()
    desk.type("See the protocol")
    desk.press(*["Shift+ArrowLeft"] * len("protocol"))
    desk.page.wait_for_timeout(SETTLED)
    desk.command("link")
    box = desk.page.get_by_role("combobox", name="Find one of our pages")
    box.wait_for()
    found = options(desk, "laotian victims")
    desk.press("Escape")
    assert found.count() == 0 and box.is_visible()
    desk.press("Backspace")
    desk.hit(desk.page.locator(".link-finder [role=option]", has_text=TITLE))
    desk.accept_dialog()
    desk.type("!")
    assert desk.text() == f"<p>See the {LINK}protocol</a>!</p>"
    # What names nothing says so; what is an address goes where addresses go; the dialog forgets what was looked for.
    desk.command("link")
    assert wait_until(lambda: box.evaluate(HAS_FOCUS))
    assert box.input_value() == ""
    desk.type("xylophone")
    desk.page.get_by_role("status").filter(has_text="No page of ours").wait_for()
    box.fill("")
    desk.type("https://example.org/a")
    assert (address(desk), box.input_value()) == ("example.org/a", "")
    desk.press("Enter")
    box.wait_for(state="hidden")
    assert desk.text().endswith('!<a href="https://example.org/a">https://example.org/a</a></p>')
    assert desk.complaints == []


def test_a_finger_finds_a_page_at_360_pixels(phone):
    box = open_dialog(phone)
    found = options(phone, "of")
    phone.page.get_by_role("status").filter(has_text=re.compile("^[2-8] found$")).wait_for()
    for place in [box, *found.all()]:
        size = place.bounding_box()
        assert size["x"] >= 0 and size["x"] + size["width"] <= 360 and size["height"] >= 40
    title = found.nth(1).locator("span").inner_text()
    phone.hit(found.nth(1))
    assert address(phone).startswith("/")
    phone.accept_dialog()
    phone.type(" now")
    assert re.fullmatch(f'<p>See <a href="/[^"]*">{re.escape(title)}</a> now</p>', phone.text()), phone.text()
    assert phone.complaints == []


def test_ctrl_s_keeps_a_draft_once_from_within_the_text_and_publishes_nothing(server, desk):
    desk.open(ADD)
    title = f"Kept by a key {in_letters()}"
    desk.page.locator("#id_title").press_sequentially(title)
    slug = desk.slug()
    desk.editor()
    desk.type("Words.")
    saves = []
    desk.page.on("request", lambda one: one.headers.get("x-save") and saves.append(one.url))
    with desk.page.expect_navigation():
        desk.press("Control+s", "Control+s")
    assert "Draft saved" in desk.page.locator(".messagelist").inner_text()
    assert len(saves) == 1
    assert server.get(f"/news/{slug}/")[0] == 404
    # From a field of a piece that is public: its changes wait.
    assert "Published" in desk.submit("_publish")
    desk.page.locator("#id_dek").fill("Waits for its hour.")
    with desk.page.expect_navigation():
        desk.press("Control+s")
    assert "on the site now" not in desk.page.locator(".messagelist").inner_text()
    assert b"Waits for its hour." not in server.get(f"/news/{slug}/")[1]
    assert desk.page.input_value("#id_dek") == "Waits for its hour."
    assert desk.complaints == []


def test_the_dialog_speaks_as_editors_do_and_takes_the_colours_of_the_page(desk):
    open_dialog(desk)
    dialog = desk.page.locator(".cke_dialog:visible")
    for name in ("Words of the link", "Leads to", "Begins with", "Address"):
        assert dialog.get_by_label(name).first.is_visible(), name
    said = dialog.inner_text()
    assert "URL" not in said and "Protocol" not in said
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        paper, own = desk.page.evaluate(
            """() => [document.body, document.querySelector(".cke_dialog_body")].map((e) => getComputedStyle(e).backgroundColor)"""
        )
        assert paper == own, scheme
        small = dialog.locator("input:visible, select:visible, a[role=button]:visible").evaluate_all(
            "all => all.filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))"
        )
        assert small == []
    desk.page.emulate_media(color_scheme="light")
    desk.hit(dialog.locator(".cke_dialog_ui_button_cancel"))
    assert desk.complaints == []
