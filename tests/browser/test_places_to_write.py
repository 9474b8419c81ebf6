"""Writing on: beside a picture, below a table, and after a link."""

import re

import pytest

from tests.browser.desk import ADD
from tests.browser.test_pictures_in_editor import dialog

pytestmark = pytest.mark.browser
PICTURE = '<figure data-picture="[0-9a-f-]{36}"></figure>'


@pytest.fixture(scope="module")
def desk(sit_down):
    """Return an editor's desk."""
    one = sit_down("desk", "editor")
    yield one
    one.close()


def with_picture(desk, *words):
    """Open a text of these paragraphs with a picture of the library behind them, and press on the picture."""
    desk.open(ADD)
    desk.editor()
    for word in words:
        desk.type(word)
        if word is not words[-1]:
            desk.press("Enter")
    desk.command("picture")
    desk.hit(dialog(desk).locator("li button").first)
    picture = desk.page.locator(".cke_wysiwyg_div figure img")
    picture.wait_for()
    return picture


SETTLED = (
    300  # milliseconds: CKEditor looks at the selection 200 ms after a change of it, and no hand is faster
)


def choose(desk, picture):
    """Press on a picture, and wait until the editor knows that it is chosen."""
    desk.page.wait_for_timeout(SETTLED)
    picture.click()
    picture.locator("xpath=ancestor::*[contains(@class, 'cke_widget_focused')]").wait_for()
    desk.page.wait_for_timeout(SETTLED)


def stands(desk, pattern):
    return re.fullmatch(pattern.replace("PICTURE", PICTURE), desk.text()) is not None


def press_below(box):
    """Press the lowest line of a box once it stands still: the page may grow above it meanwhile."""
    size = box.bounding_box()
    box.click(position={"x": size["width"] / 2, "y": size["height"] - 8})


def test_one_can_write_on_after_a_picture_at_the_end(desk):
    picture = with_picture(desk, "Before.")
    assert stands(desk, "<p>Before.</p>PICTURE"), desk.text()
    for keys, words in [
        (["Enter"], "by Enter"),
        (["ArrowDown"], "by arrow"),
        (["ArrowRight"], "by the other arrow"),
        ([], "by typing"),
    ]:
        choose(desk, picture)
        desk.press(*keys)
        desk.type(words)
        assert stands(desk, f"<p>Before.</p>PICTURE<p>{words}</p>"), desk.text()
        desk.press(*["Backspace"] * len(words))
        assert stands(desk, "<p>Before.</p>PICTURE"), desk.text()

    # A press below the text leads to its end, not into the line above.
    press_below(desk.page.locator(".cke_wysiwyg_div"))
    desk.type("Below.")
    assert stands(desk, "<p>Before.</p>PICTURE<p>Below.</p>"), desk.text()

    # Between the picture and the words that follow, and above the picture.
    choose(desk, picture)
    desk.type("Between.")
    assert stands(desk, "<p>Before.</p>PICTURE<p>Between.</p><p>Below.</p>"), desk.text()
    choose(desk, picture)
    desk.press("ArrowUp")
    desk.type(" More")
    assert stands(desk, "<p>Before. More</p>PICTURE<p>Between.</p><p>Below.</p>"), desk.text()
    assert desk.complaints == []


def test_one_can_write_above_and_between_pictures_and_below_a_table(desk):
    desk.begin_article()
    box = desk.editor()
    desk.page.evaluate(
        """() => new Promise((resolve) => CKEDITOR.instances.id_body_html.setData(
            '<figure data-picture="11111111-1111-4111-8111-111111111111"></figure>'.repeat(2), { callback: resolve }))"""
    )
    pictures = box.locator("figure .picture-gone")
    pictures.nth(1).wait_for()
    choose(desk, pictures.nth(0))
    desk.press("ArrowUp")
    desk.type("Above")
    choose(desk, pictures.nth(1))
    desk.press("ArrowLeft")
    desk.type("Between")
    assert stands(desk, "<p>Above</p>PICTURE<p>Between</p>PICTURE"), desk.text()
    for last in ["<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>", "<hr>"]:
        desk.page.evaluate(
            """html => new Promise((resolve) => CKEDITOR.instances.id_body_html.setData(html, { callback: resolve }))""",
            f"<p>First</p>{last}",
        )
        press_below(box)
        desk.type("Below")
        assert desk.text() == f"<p>First</p>{last}<p>Below</p>"
    assert desk.complaints == []


@pytest.mark.parametrize("pause", [50, 300])  # milliseconds: no hand is faster
def test_after_a_link_one_writes_on_behind_it(desk, pause):
    desk.begin_article()
    desk.editor()
    desk.type("See the protocol")
    desk.press(*["Shift+ArrowLeft"] * len("protocol"))
    desk.page.wait_for_timeout(SETTLED)
    desk.command("link")
    address = desk.page.locator(".cke_dialog:visible input.cke_dialog_ui_input_text:visible").nth(1)
    address.fill("https://www.example.org/protocol")
    desk.accept_dialog()
    desk.page.wait_for_timeout(pause)
    desk.type(", and more")
    link = '<a href="https://www.example.org/protocol">protocol</a>'
    assert desk.text() == f"<p>See the {link}, and more</p>"
    # A link that is changed, with the caret in it, is left behind as well.
    desk.page.locator(".cke_wysiwyg_div a").dblclick()
    changed = desk.page.locator(".cke_dialog:visible input.cke_dialog_ui_input_text:visible").nth(1)
    changed.fill("https://www.example.org/other")
    desk.accept_dialog()
    desk.page.wait_for_timeout(pause)
    desk.type("!")
    assert desk.text() == "<p>See the " + link.replace("/protocol", "/other") + "!, and more</p>"
    assert desk.complaints == []


def link_to(desk, address):
    desk.page.wait_for_timeout(SETTLED)
    desk.command("link")
    desk.page.locator(".cke_dialog:visible input.cke_dialog_ui_input_text:visible").nth(1).fill(address)
    desk.accept_dialog()
    desk.page.wait_for_timeout(50)


def test_a_letter_that_comes_with_the_end_of_the_dialog_stands_behind_the_link(desk):
    desk.begin_article()
    desk.editor()
    desk.type("See the protocol")
    desk.press(*["Shift+ArrowLeft"] * len("protocol"))
    desk.command("link")
    desk.page.locator(".cke_dialog:visible input.cke_dialog_ui_input_text:visible").nth(1).fill(
        "https://e.org/a"
    )
    desk.page.evaluate(
        """() => {
            CKEDITOR.dialog.getCurrent().getButton("ok").click();
            document.execCommand("insertText", false, "!");
        }"""
    )
    assert desk.text() == '<p>See the <a href="https://e.org/a">protocol</a>!</p>'
    assert desk.complaints == []


@pytest.mark.parametrize("pause", [0, 60, SETTLED])  # milliseconds with Shift up between two steps of a hand
def test_words_chosen_backwards_in_steps_stay_chosen(desk, pause):
    desk.begin_article()
    desk.editor()
    desk.type("One")
    desk.press("Enter")
    desk.type("Two")
    for key in ["Shift+ArrowUp", "Shift+Home"]:
        desk.page.wait_for_timeout(pause)
        desk.press(key)
    desk.page.wait_for_timeout(pause)
    assert desk.page.evaluate("getSelection().toString().split(/\\s+/).join(' ')") == "One Two"
    link_to(desk, "https://e.org/c")
    assert desk.text() == '<p><a href="https://e.org/c">One</a></p><p><a href="https://e.org/c">Two</a></p>'
    # A line of which nothing is chosen but its end stays as it is.
    desk.press("ArrowUp", "End", "Shift+ArrowDown")
    desk.page.wait_for_timeout(pause)
    desk.command("bold")
    assert "<strong>" not in desk.text().split("</p>")[0], desk.text()
    assert desk.complaints == []


def test_after_a_link_of_its_own_words_of_bold_words_or_of_two_paragraphs_too(desk):
    desk.begin_article()
    desk.editor()
    desk.type("See ")
    link_to(desk, "https://e.org/a")
    desk.type(" now")
    desk.press("Enter")
    desk.command("bold")
    desk.type("bold")
    desk.press("Shift+Home")
    link_to(desk, "https://e.org/b")
    desk.type(" on")
    assert desk.text().startswith('<p>See <a href="https://e.org/a">https://e.org/a</a> now</p><p>'), (
        desk.text()
    )
    assert '<a href="https://e.org/b">bold</a>' in re.sub("</?strong>", "", desk.text()), desk.text()
    assert re.sub("<[^>]*>", "", desk.text()).endswith("bold on"), desk.text()

    desk.begin_article()
    desk.editor()
    desk.type("One")
    desk.press("Enter")
    desk.type("Two")
    desk.page.wait_for_timeout(SETTLED)
    desk.press("Shift+ArrowUp", "Shift+Home")
    link_to(desk, "https://e.org/c")
    desk.type("!")
    assert desk.text() == '<p><a href="https://e.org/c">One</a></p><p><a href="https://e.org/c">Two</a>!</p>'

    # Who cancels keeps the words chosen.
    desk.press("Shift+Home")
    desk.page.wait_for_timeout(SETTLED)
    desk.command("link")
    dialog_of_link = desk.page.locator(".cke_dialog:visible")
    desk.hit(dialog_of_link.locator(".cke_dialog_ui_button_cancel"))
    dialog_of_link.wait_for(state="hidden")
    desk.type("New")
    assert desk.text().endswith("New</p>")
    assert "Two" not in desk.text()
    assert desk.complaints == []


# CKEditor hands over its text at each submit, and then the browser collects the form.
SENT = """() => {
    CKEDITOR.instances.id_body_html.updateElement();
    return new FormData(document.querySelector('#article_form')).get('body_html');
}"""


def test_a_text_that_nobody_touched_is_sent_as_it_came(desk):
    """CKEditor writes mark-up anew: a colleague's change of the same text would be taken for a conflict."""
    desk.open("/admin/articles/article/?q=Laos")
    desk.hit(desk.page.locator("#result_list tbody th a").first)
    desk.editor()
    stored = desk.page.locator("#id_body_html").evaluate("area => area.defaultValue")
    rewritten = desk.page.evaluate("() => CKEDITOR.instances.id_body_html.getData()")
    assert rewritten != stored, "a text that CKEditor writes anew"
    assert desk.page.evaluate(SENT) == stored.replace("\r\n", "\n")
    desk.type("More.")
    assert "More." in desk.page.evaluate(SENT)
