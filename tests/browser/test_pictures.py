"""Pictures in a real browser: sent from a phone over a bad line, covered by a finger, shown without a jump."""

import io
import re
import time

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import TimeoutError

from tests.browser.desk import SIZES, in_letters
from tests.planted import sample
from tests.servers import SOON, is_gone
from tests.staff import Staff

pytestmark = pytest.mark.browser
ADD = "/admin/pictures/image/add/"


def photo(number=0, size=(1200, 800)):
    """Return a JPEG whose left half is red and whose right half is blue."""
    pixels = Image.new("RGB", size, "red")
    pixels.paste((0, number, 255), (size[0] // 2, 0, *size))
    buffer = io.BytesIO()
    pixels.save(buffer, "JPEG")
    return buffer.getvalue()


def files(*contents):
    return [
        {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": content}
        for number, content in enumerate(contents)
    ]


@pytest.fixture
def make_editor(make_desk):
    """Return a function that gives an editor who says yes to every question a page at a desk or on a phone."""

    def make(size):
        desk = make_desk(size)
        desk.page.on("dialog", lambda dialog: dialog.accept())
        return desk

    return make


def choose(desk, *contents):
    desk.page.set_input_files("[data-uploads] input[type=file]", files(*contents))


def items(desk):
    return desk.page.locator(".upload-item")


def shown(desk):
    return desk.page.locator(".upload-shown img:not([hidden])")


def test_pictures_are_sent_from_a_phone_over_a_line_that_breaks(make_editor, server):
    desk = make_editor("phone")
    desk.open(ADD)
    assert desk.page.locator("#image_form").is_hidden()
    chooser = desk.page.locator("[data-uploads] input[type=file]")
    assert chooser.get_attribute("accept").startswith("image/*") and chooser.get_attribute("capture") is None
    broken, sent = [], []

    def line(route):
        sent.append(route.request)
        if len(sent) in {2, 3}:
            broken.append(route.request)
            route.abort("connectionreset")
        else:
            route.continue_()

    desk.page.route("**/image/upload/", line)
    desk.page.fill("[data-credit]", "Photo: Ann Example")
    choose(desk, photo(1), photo(2), photo(3), b"<html>no picture</html>")
    again = desk.page.locator("[data-retry]:visible")
    again.first.wait_for()
    assert "Trying again in" in items(desk).filter(has=again).first.inner_text()
    while again.count():
        again.first.tap()  # sooner than by itself
        desk.page.wait_for_timeout(50)
    shown(desk).nth(2).wait_for()
    assert len(broken) == 2
    assert "3 of 4 stored, 0 with their words." in desk.page.locator("[data-count]").inner_text()
    refused = items(desk).nth(3)
    assert "not a picture that the site can read" in refused.inner_text()
    assert refused.locator("form").is_hidden()
    refused.locator("[data-remove]").tap()

    # The words of each are asked for, beside what lacks.
    first = items(desk).first
    first.locator("[type=submit]").tap()
    first.locator(".upload-error").wait_for()
    assert "Describe the picture" in first.locator(".upload-error").inner_text()
    for number in range(3):
        items(desk).nth(number).locator("[name=alt_text]").fill(f"Two fields, {number}.")
    desk.hit(desk.page.locator("[data-save-all]"))
    desk.page.locator(".upload-worded").nth(2).wait_for()
    assert "3 of 3 stored, 3 with their words." in desk.page.locator("[data-count]").inner_text()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 360
    desk.open("/admin/pictures/image/?q=Two+fields")
    assert desk.page.locator("#result_list tbody tr").count() == 3


def test_pictures_are_dropped_on_the_page(make_editor):
    desk = make_editor("desk")
    desk.open(ADD)
    desk.page.evaluate(
        """bytes => {
            const data = new DataTransfer();
            for (const name of ["a.jpg", "b.jpg"]) data.items.add(new File([new Uint8Array(bytes)], name));
            for (const type of ["dragenter", "dragover", "drop"]) {
                document.body.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
            }
        }""",
        list(photo()),
    )
    shown(desk).nth(1).wait_for()
    assert desk.complaints == []


def test_the_plain_form_takes_one_without_scripts(server, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/admin/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", server.password)
    page.click("#login-form input[type=submit]")
    page.goto(server.url + ADD)
    assert page.locator("[data-uploads]").is_hidden()
    page.set_input_files("#id_upload", files(photo())[0])
    page.fill("#id_alt_text", "Sent without a script.")
    page.fill("#id_credit", "Ours")
    page.click("input[name=_save]")
    assert "was added successfully" in page.locator(".messagelist").inner_text()
    page.locator("#result_list a", has_text="Sent without a script.").click()
    page.click("text=Rotate, crop, cover")
    for name, value in {"left": 0, "top": 0, "width": 50, "height": 100}.items():
        page.fill(f"#id_box-0-{name}", str(value))
    page.click("input[name=_cover]")
    assert "Covered." in page.locator(".messagelist").inner_text()
    context.close()


def pixels_of(server, address):
    """Return the colours at the left and at the right of a picture."""
    status, content = server.get(address)
    assert status == 200
    with Image.open(io.BytesIO(content)) as image:
        picture = image.convert("RGB")
        middle = picture.height // 2
        return picture.getpixel((picture.width // 8, middle)), picture.getpixel(
            (picture.width * 7 // 8, middle)
        )


@pytest.mark.parametrize("size", SIZES)
def test_a_face_is_covered_by_mouse_and_by_finger(make_editor, server, size):
    desk = make_editor(size)
    status, told = Staff(server).upload(photo(), alt_text="Two fields.", credit="Ours")
    assert status == 201
    desk.open(told["change_url"].replace("change", "retouch"))
    stage = desk.page.locator("[data-stage]")
    before = stage.locator("img").get_attribute("src")
    assert pixels_of(server, before)[0][0] > 200
    stage.scroll_into_view_if_needed()
    area = stage.bounding_box()

    def at(x, y):
        return {"x": area["x"] + area["width"] * x, "y": area["y"] + area["height"] * y}

    if size == "phone":
        finger = desk.context.new_cdp_session(desk.page)
        for kind, points in [("touchStart", [at(0.02, 0.02)]), ("touchMove", [at(0.3, 0.5)]),
                             ("touchMove", [at(0.45, 0.98)]), ("touchEnd", [])]:  # fmt: skip
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    else:
        desk.page.mouse.move(**at(0.02, 0.02))
        desk.page.mouse.down()
        desk.page.mouse.move(**at(0.3, 0.5))
        desk.page.mouse.move(**at(0.45, 0.98))
        desk.page.mouse.up()
    # The fields say the same to a keyboard.
    width = desk.page.locator("input[name='box-0-width']")
    assert 42 < float(width.input_value()) < 44
    desk.page.fill("input[name='box-0-left']", "0")
    width.fill("48")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["viewport"]["width"]
    for patience in (5_000, 15_000):
        desk.page.wait_for_timeout(400)  # a finger is no faster: twice within 300 ms is another gesture
        try:
            with desk.page.expect_navigation(timeout=patience):
                desk.hit(desk.page.locator("input[name=_cover]"))
            break
        except (
            TimeoutError
        ):  # a press that a loaded machine took for a gesture: whoever sees nothing presses again
            assert size == "phone" and patience == 5_000
    assert "Covered." in desk.page.locator(".messagelist").inner_text()
    after = stage.locator("img").get_attribute("src")
    left, right = pixels_of(server, after)
    assert max(left) < 70 and right[2] > 200
    assert is_gone(server, before, re.sub(r"/[^/]+$", "/master.jpg", before))
    assert desk.complaints == []


def test_done_asks_what_becomes_of_boxes_that_cover_nothing_yet(make_editor, server):
    desk = make_editor("phone")
    status, told = Staff(server).upload(photo(), alt_text="Two fields.", credit="Ours")
    assert status == 201
    address = told["change_url"].replace("change", "retouch")
    desk.open(address)
    page, done = desk.page, desk.page.locator("input[name=_done]")
    picture = page.locator("[data-stage] img").get_attribute("src")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.hit(page.locator("[data-add]"))
    page.fill("input[name='box-0-left']", "0")
    page.fill("input[name='box-0-top']", "0")
    page.fill("input[name='box-0-width']", "48")
    page.fill("input[name='box-0-height']", "100")
    with page.expect_navigation():
        desk.hit(done)
    question = page.locator(".retouch-ask")
    assert "One box is drawn, and nothing is covered yet." in question.inner_text()
    assert page.locator(".retouch-mark").count() == 1, "the box is still there"
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["viewport"]["width"]
    assert asked == [], "the browser asks nothing where the page does"
    # A way out by a link is asked about too.
    with page.expect_navigation():
        page.locator(".breadcrumbs a").first.click()
    assert asked == ["beforeunload"]
    assert server.get(picture)[0] == 200
    desk.open(address)
    desk.hit(page.locator("[data-add]"))
    page.fill("input[name='box-0-left']", "0")
    page.fill("input[name='box-0-top']", "0")
    page.fill("input[name='box-0-height']", "100")
    with page.expect_navigation():
        desk.hit(done)
    with page.expect_navigation():
        desk.hit(page.locator("input[name=_cover_and_done]"))
    assert "/change/" in page.url and "Covered." in page.locator(".messagelist").inner_text()
    assert is_gone(server, picture)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_is_replaced_and_the_picture_stays(make_editor, server, size):
    desk = make_editor(size)
    status, told = Staff(server).upload(photo(), alt_text="Two fields.", credit="Ours")
    assert status == 201
    desk.open(told["change_url"])
    page, picture = desk.page, desk.page.locator("[data-focal-picture] img")
    former = picture.get_attribute("src")
    with page.expect_navigation():
        desk.hit(page.get_by_role("link", name="Replace the file…"))
    assert "deleted for good" in page.locator(".replacement").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["viewport"]["width"]
    for content in [b"<html>no picture</html>", photo(size=(800, 1200))]:
        page.get_by_label("New file").set_input_files(files(content))
        with page.expect_navigation():
            desk.hit(page.get_by_role("button", name="Replace it for good"))
        if "replace" in page.url:
            assert "not a picture that the site can read" in page.locator(".errorlist").inner_text()
            assert server.get(former)[0] == 200
    assert "The file was replaced." in page.locator(".messagelist").inner_text()
    after = picture.get_attribute("src")
    assert after != former and is_gone(server, former) and pixels_of(server, after)[0][0] > 200
    assert page.input_value("#id_alt_text") == "Two fields."
    assert desk.complaints == []


def test_the_focal_point_is_where_somebody_clicks(make_editor, server):
    desk = make_editor("desk")
    _status, told = Staff(server).upload(photo(size=(1600, 400)), alt_text="Two fields.", credit="Ours")
    desk.open(told["change_url"])
    picture = desk.page.locator("[data-focal-picture] img")
    area = picture.bounding_box()
    picture.click(position={"x": area["width"] * 0.1, "y": area["height"] / 2})
    assert abs(float(desk.page.input_value("#id_focal_x")) - 0.1) < 0.02
    former = picture.get_attribute("src")
    assert "was changed successfully" in desk.submit("_continue")
    address = desk.page.locator("[data-focal-picture] img").get_attribute("src")
    assert address != former and is_gone(server, former)
    left, right = pixels_of(server, re.sub(r"/[^/]+$", "/card-400.jpg", address))
    assert left[0] > 200 and right[0] > 200  # the crop shows the red half alone


SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const {value, sources} of list.getEntries()) {
            const parts = sources.map(({node, previousRect: was, currentRect: is}) =>
                `${node?.outerHTML?.slice(0, 80) || node?.data} from ${was.x},${was.y},${was.width},${was.height} to ${is.x},${is.y},${is.width},${is.height}`);
            window.shifts.push([value, ...parts]);
        }
    }).observe({type: "layout-shift", buffered: true});
}"""


def published_with_a_picture(server):
    """Return the address of an article of the demo that a picture leads."""
    page = BeautifulSoup(server.get("/news/2022/")[1], "html.parser")
    return page.select_one("article:has(picture) .card-title a")["href"]


@pytest.mark.parametrize(("width", "density"), [(360, 1), (360, 2), (1280, 1)])
def test_pictures_move_nothing_and_none_is_wider_than_it_needs(server, visitor, width, density):
    options = {"device_scale_factor": density} if density != 1 else {}
    page = visitor(f"{server.url}/healthz", javascript=True, width=width, **options)
    # Pictures come late: what would jump, jumps.
    page.route("**/media/**", lambda route: (time.sleep(0.02), route.continue_()))
    for address in ["/", published_with_a_picture(server), "/news/"]:
        page.goto(server.url + address)
        page.evaluate(SHIFTS)
        for _step in range(12):
            page.mouse.wheel(0, 600)
            page.wait_for_timeout(40)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shifts") == [], address
        seen = page.evaluate(
            """() => [...document.querySelectorAll("picture img")].filter((img) => img.complete && img.currentSrc)
                .map((img) => ({
                    at: img.getBoundingClientRect().width * devicePixelRatio,
                    file: Number(img.currentSrc.match(/-(\\d+)\\./)[1]),
                    sizes: [...img.srcset.matchAll(/ (\\d+)w/g)].map((match) => Number(match[1])),
                    webp: img.currentSrc.endsWith(".webp"),
                }))"""
        )
        assert seen, address
        for one in seen:
            enough = [size for size in sorted(one["sizes"]) if size >= one["at"]]
            assert one["webp"] and one["file"] <= (enough or [max(one["sizes"])])[0], (address, one)
    lead = page.request.get(server.url + published_with_a_picture(server)).text()
    assert re.search(r'<img[^>]*fetchpriority="high"', lead) and lead.count("fetchpriority") == 1


def test_a_withdrawn_picture_is_gone_from_disk_and_pages_within_a_second(server):
    staff = Staff(server)
    status, told = staff.upload(sample("jpeg"), alt_text="Somebody's house.", credit="Ours")
    assert status == 201
    key = told["url"].split("/")[3]
    pk = re.search(r"/(\d+)/", told["change_url"])[1]
    slug = f"the-house-{in_letters()}"
    values = {
        "title": "The house", "slug": slug, "dek": "", "body_html": "<p>Whole.</p>", "lead_picture": pk,
        "language": "en", "display_date": "", "published_at_0": "", "published_at_1": "", "bylines": "",
        "source_relation": "", "source_title": "", "source_publication": "", "source_date": "", "source_url": "",
        "dateline": "", "content_note": "", "translation_of": "", "_publish": "",
    }  # fmt: skip
    assert staff.post("/admin/articles/article/add/", values)[0] == 200
    pages = ["/", "/news/", f"/news/{slug}/", "/feeds/news.rss"]
    assert key in server.get(f"/news/{slug}/")[1].decode()
    folder = server.data_dir / "media" / "pictures" / key
    addresses = [f"/media/pictures/{key}/{path.name}" for path in folder.iterdir()]
    assert addresses and {server.get(address)[0] for address in addresses} == {200}
    assert staff.post(f"/admin/pictures/image/{pk}/withdraw/", {})[0] == 200
    done = time.monotonic()
    assert not folder.exists()
    time.sleep(max(0.0, done + SOON - time.monotonic()))
    assert {server.get(address)[0] for address in addresses} == {410}
    for page in pages:
        status, content = server.get(page)
        assert status == 200 and key not in content.decode(), page
    assert "Whole." in server.get(f"/news/{slug}/")[1].decode()
