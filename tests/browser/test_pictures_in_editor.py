"""Pictures in the text, at a desk and on a phone: found in the library, pasted, dragged, moved and taken out."""

import base64
import io
import re

import pytest
from PIL import Image as Pixels

from tests.browser.desk import ADD, HAND_OVER, SIZES, in_letters

pytestmark = pytest.mark.browser
PLANTED = b"PlantedSerial4711"
FIGURE = re.compile('<figure data-picture="([0-9a-f-]{36})"></figure>')


@pytest.fixture(scope="module", params=SIZES)
def desk(request, sit_down):
    """Return an editor at a desk, and then on a phone."""
    one = sit_down(request.param, "editor")
    yield one
    one.close()


def photo(colour="teal"):
    """Return a photo with the serial number of a camera in it, as a file from a clipboard."""
    exif = Pixels.Exif()
    exif[0xA431] = exif[0x013B] = PLANTED.decode()
    buffer = io.BytesIO()
    Pixels.new("RGB", (900, 600), colour).save(buffer, "JPEG", exif=exif, comment=PLANTED)
    assert PLANTED in buffer.getvalue()
    return ("ann-example.jpg", "image/jpeg", buffer.getvalue())


def dialog(desk):
    box = desk.page.locator("dialog.picture-dialog[open]")
    box.wait_for()
    return box


def describe(desk, alt="A plain field.", credit="Photo: Ann Example"):
    dialog(desk).locator("[name=alt_text]").fill(alt)
    dialog(desk).locator("[name=credit]").fill(credit)


def send(desk):
    desk.hit(dialog(desk).get_by_role("button", name="Upload and insert"))


def stands_in_text(desk, alt="A plain field."):
    shown = desk.page.locator(f".cke_wysiwyg_div figure img[alt='{alt}']")
    shown.first.wait_for()
    assert shown.first.evaluate("img => img.decode().then(() => img.naturalWidth)") > 100
    return FIGURE.findall(desk.text())


def test_a_picture_of_the_library_is_found_inserted_moved_and_shown(server, desk):
    desk.open(ADD)
    title = f"With a picture by {desk.size} {in_letters()}"
    desk.page.locator("#id_title").press_sequentially(title)
    slug = desk.slug()
    desk.editor()
    desk.type("Before.")
    desk.press("Enter")
    desk.type("After.")
    desk.command("picture")
    search = dialog(desk).get_by_label("Search the library")
    assert search.evaluate("input => input === document.activeElement")
    dialog(desk).locator("li").nth(5).wait_for()
    search.press_sequentially("lantern")
    dialog(desk).locator("li").nth(1).wait_for(state="detached")
    choice = dialog(desk).locator("li button")
    alt = choice.inner_text()
    if desk.size == "desk":  # by keyboard alone
        desk.press("Tab", "Tab", "Enter")
    else:
        desk.hit(choice)
    uuids = stands_in_text(desk, alt)
    assert desk.text() == f'<p>Before.</p><p>After.</p><figure data-picture="{uuids[0]}"></figure>'

    # It was chosen with its insertion; the buttons move it.
    desk.hit(desk.page.locator(".cke_wysiwyg_div figure img"))
    desk.command("pictureup")
    assert desk.text() == f'<p>Before.</p><figure data-picture="{uuids[0]}"></figure><p>After.</p>'
    desk.command("picturedown")
    desk.command("pictureup")
    assert "Published" in desk.submit("_publish")

    # Loaded again, it is there as what it is; the page shows it as every picture.
    assert stands_in_text(desk, alt) == uuids
    page = server.get(f"/news/{slug}/")[1].decode()
    assert re.search(
        r'<p>Before.</p>\s*<figure class="picture">\s*<picture>.*</figure>\s*<p>After.</p>', page, re.DOTALL
    )
    assert uuids[0] not in page

    # Taken out, by the button or by the key, the text stays.
    desk.hit(desk.page.locator(".cke_wysiwyg_div figure img"))
    if desk.size == "desk":
        desk.press("Delete")
    else:
        desk.command("pictureremove")
    assert desk.text() == "<p>Before.</p><p>After.</p>"
    assert desk.complaints == []


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_that_is_pasted_or_dragged_is_cleaned_like_an_upload(server, desk, way):
    desk.begin_article()
    desk.editor()
    desk.type("Words.")
    desk.hand_over(way, files=[photo()])
    send(desk)
    assert "Describe the picture" in dialog(desk).locator("#picture-alt_text-error").inner_text()
    assert "who made" in dialog(desk).locator("#picture-credit-error").inner_text()
    assert "<figure" not in desk.text()
    describe(desk)
    send(desk)
    desk.page.locator("dialog.picture-dialog").wait_for(state="detached")
    assert len(stands_in_text(desk)) == 1
    files = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert not [path for path in files if PLANTED in path.read_bytes() or "ann-example" in path.name]
    assert desk.complaints == []


def test_whoever_signs_in_again_while_a_form_is_open_can_still_upload(make_desk):
    desk = make_desk("desk")
    desk.open(ADD)
    desk.editor()
    desk.context.clear_cookies()
    other = make_desk("desk")
    other.sign_in("editor")
    desk.page.bring_to_front()
    desk.type("Words.")
    desk.page.locator("[data-unsaved][data-kind=kept]", has_text="Kept").wait_for()
    desk.hand_over("paste", files=[photo("navy")])
    describe(desk, "A navy field.")
    send(desk)
    assert len(stands_in_text(desk, "A navy field.")) == 1
    assert desk.complaints == []


def test_a_refused_file_says_why_and_a_broken_line_can_be_tried_again(server, desk):
    desk.begin_article()
    desk.editor()
    desk.hand_over("paste", files=[("page.png", "image/png", b"<html>no picture</html>")])
    describe(desk)
    send(desk)
    error = dialog(desk).locator("#picture-file-error")
    error.filter(has_text=re.compile(".")).wait_for()
    desk.hit(dialog(desk).get_by_role("button", name="Close"))
    assert FIGURE.findall(desk.text()) == []

    desk.hand_over("drop", files=[photo("olive")])
    describe(desk, alt="An olive field.")
    address = "**/pictures/image/upload/"
    desk.page.route(address, lambda route: route.abort())
    send(desk)
    error.filter(has_text="try again").wait_for()
    desk.page.unroute(address)
    send(desk)
    assert len(stands_in_text(desk, "An olive field.")) == 1
    desk.complaints = [line for line in desk.complaints if "Failed to load resource" not in line]
    assert desk.complaints == []


def test_a_picture_dropped_while_a_dialog_goes_away_gets_one_of_its_own(desk):
    """A browser tells that a dialog has closed with its next frame."""
    desk.begin_article()
    desk.editor()
    desk.command("picture")
    dialog(desk)
    name, kind, data = photo("olive")
    desk.page.evaluate(
        f"""content => {{ document.querySelector(".picture-dialog-close").click(); ({HAND_OVER})(content); }}""",
        ["drop", "", [[name, kind, base64.b64encode(data).decode()]]],
    )
    describe(desk, alt="An olive field.")
    send(desk)
    assert len(stands_in_text(desk, "An olive field.")) == 1


def test_an_upload_without_the_token_is_refused(desk):
    desk.begin_article()
    status = desk.page.evaluate(
        """() => fetch("/admin/pictures/image/upload/", {method: "POST", body: new FormData()}).then((a) => a.status)"""
    )
    assert status == 403
    desk.complaints.clear()


def test_words_with_a_picture_of_them_are_words(desk):
    """Word processors put a picture of the words beside them."""
    desk.begin_article()
    desk.editor()
    desk.hand_over("paste", "<p class=MsoNormal>Only words.</p>", [photo()])
    assert desk.text_with("Only words") == "<p>Only words.</p>"
    assert desk.page.locator("dialog.picture-dialog").count() == 0


def test_a_picture_that_is_gone_says_so_and_can_be_taken_out(desk):
    desk.begin_article()
    gone = "6f1c3c7e-0d0e-4a40-9d6c-0a4f6f4d2f10"
    desk.editor()
    desk.hand_over("paste", f'<p>a</p><figure data-picture="{gone}"></figure>')
    place = desk.page.locator(".cke_wysiwyg_div .picture-gone")
    place.filter(has_text="not in the library").wait_for()
    desk.hit(place)
    desk.command("pictureremove")
    assert desk.text() == "<p>a</p>"
