"""The main job, in a real browser on the real server: from an editor's keyboard to page and feed."""

import re
import time
import urllib.parse

import pytest

pytestmark = pytest.mark.browser

SIZES = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}
SOON = 1  # s: a page that is asked for so long after the click shows what was done


class Desk:
    """A member of staff at a browser, by mouse or by touch."""

    def __init__(self, browser, server, size):
        self.server, self.size = server, size
        self.context = browser.new_context(**SIZES[size])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: line.type == "error" and self.complaints.append(line.text))

    def hit(self, place):
        place.tap() if self.size == "phone" else place.click()

    def sign_in(self, username):
        self.page.goto(f"{self.server.url}/admin/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", self.server.password)
        self.hit(self.page.locator("#login-form input[type=submit]"))
        self.page.wait_for_url(f"{self.server.url}/admin/")

    def open(self, path):
        self.page.goto(self.server.url + path)

    def command(self, name):
        self.hit(self.page.locator(f".cke_button__{name}"))

    def type(self, text):
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def accept_dialog(self):
        dialog = self.page.locator(".cke_dialog:visible")
        self.hit(dialog.locator(".cke_dialog_ui_button_ok"))
        dialog.wait_for(state="hidden")

    def choose(self, field, text):
        """Pick the row of an autocomplete box that bears the text."""
        box = self.page.locator(f".field-{field} .select2-selection")
        self.hit(box)
        search = self.page.locator(
            f".field-{field} .select2-search__field, .select2-container--open .select2-search__field"
        )
        search.first.fill(text)
        self.hit(self.page.locator(".select2-results__option", has_text=re.compile(f"^{text}$")).first)

    def write_body(self):
        """Write a text with everything that the toolbar offers."""
        box = self.page.locator(".cke_wysiwyg_div")
        self.hit(box)
        self.command("heading2")
        self.type("What was agreed")
        self.press("Enter")
        self.type("It is a ")
        self.command("bold")
        self.type("firm")
        self.command("bold")
        self.type(" promise, see the protocol")
        self.press(*["Shift+ArrowLeft"] * len("protocol"))
        self.page.wait_for_timeout(300)  # as long as a hand takes to the button
        self.command("link")
        address = self.page.locator(".cke_dialog:visible input.cke_dialog_ui_input_text:visible").nth(1)
        address.fill("https://www.example.org/protocol")
        self.accept_dialog()
        self.press("End", "Enter")
        self.command("bulletedlist")
        self.type("a shelter")
        self.press("Enter")
        self.type("training")
        self.press("Enter", "Enter")
        self.command("blockquote")
        self.type("No one is left behind")
        self.press("Enter", "Enter")
        self.command("table")
        self.page.locator(".cke_dialog:visible").wait_for()
        self.accept_dialog()
        self.type("Year")

    def submit(self, name):
        """Press a button of the form, wait for what it says, and return that."""
        button = self.page.locator(f"input[name={name}]").last
        button.scroll_into_view_if_needed()
        with self.page.expect_navigation():
            self.hit(button)
        return self.page.locator(".messagelist").inner_text()


def everywhere(year_and_month="2006/08"):
    year = year_and_month.split("/")[0]
    return ["/", "/news/", f"/news/{year}/", f"/news/{year_and_month}/", "/countries/laos/", "/sitemap.xml",
            "/feeds/news.rss"]  # fmt: skip


def holds(server, path, text):
    status, body = server.get(path)
    return status == 200 and text in body.decode()


def all_hold(server, paths, text, expected=True):
    return all(holds(server, path, text) == expected for path in paths)


@pytest.mark.parametrize("size", SIZES)
def test_an_editor_writes_publishes_corrects_and_unpublishes(server, browser, size):
    desk = Desk(browser, server, size)
    slug = f"a-promise-by-{size}-{int(time.time())}"
    address = f"/news/{slug}/"
    desk.sign_in("editor")
    desk.open("/admin/articles/topic/")
    topic = desk.page.locator("#result_list tbody th a").first.inner_text()
    desk.hit(desk.page.locator("#result_list tbody th a").first)
    desk.page.wait_for_selector("#id_slug")
    topic_page = f"/topics/{urllib.parse.quote(desk.page.input_value('#id_slug'))}/"

    desk.open("/admin/articles/article/add/")
    title = slug.replace("-", " ").capitalize()
    desk.page.locator("#id_title").press_sequentially(title)
    assert desk.page.input_value("#id_slug") == slug
    desk.page.fill("#id_dek", "One sentence about the promise.")
    desk.write_body()
    desk.choose("countries", "Laos")
    desk.choose("topics", topic)
    desk.page.select_option("#id_source_relation", "adapted")
    desk.page.fill("#id_source_publication", "Vientiane Times")
    desk.page.fill("#id_source_date", "5 June 2006")
    desk.page.fill("#id_display_date", "August 2006")

    # A draft is nowhere, at no address.
    assert "Draft saved" in desk.submit("_save")
    assert server.get(address)[0] == 404
    paths = [*everywhere(), topic_page]
    assert all_hold(server, paths, slug, expected=False)

    # Published, it is everywhere within a second.
    assert "Published" in desk.submit("_publish")
    time.sleep(SOON)
    assert [path for path in paths if not holds(server, path, slug)] == []
    page = server.get(address)[1].decode()
    for mark_up in [
        r'<h2 id="s-what-was-agreed">What was agreed</h2>',
        r"<strong>firm</strong>",
        r'<a href="https://www.example.org/protocol" rel="noopener">protocol</a>',
        r"<ul>\s*<li>a shelter</li>\s*<li>training</li>\s*</ul>",
        r"<blockquote>\s*<p>No one is left behind</p>\s*</blockquote>",
        r'<div class="table-scroll"[^>]*>\s*<table>\s*<thead>\s*<tr>\s*<th scope="col">Year</th>',
        r"August 2006",
        r"Vientiane Times",
    ]:
        assert re.search(mark_up, page), mark_up

    # Corrected, all follow, to the new address too.
    desk.page.fill("#id_title", f"{title} corrected")
    desk.page.fill("#id_slug", f"{slug}-corrected")
    assert "on the site now" in desk.submit("_save")
    time.sleep(SOON)
    assert [path for path in paths if not holds(server, path, f"/news/{slug}-corrected/")] == []
    titled = [path for path in paths if path != "/sitemap.xml"]  # a sitemap has no titles
    assert [path for path in titled if not holds(server, path, f"{title} corrected")] == []
    address = f"/news/{slug}-corrected/"
    assert holds(server, address, f"{title} corrected")

    # Unpublished, it is gone, and its address says so.
    assert "Unpublished" in desk.submit("_withdraw")
    time.sleep(SOON)
    assert [path for path in paths if holds(server, path, slug)] == []
    status, gone = server.get(address)
    assert status == 410
    assert "<h1" in gone.decode()
    assert desk.complaints == []
    desk.context.close()


def test_a_writer_finds_no_way_to_publish(server, browser):
    desk = Desk(browser, server, "desk")
    desk.sign_in("writer")
    desk.open("/admin/articles/article/add/")
    assert desk.page.locator("input[name=_publish]").count() == 0
    title = f"Writers draft {int(time.time())}"
    desk.page.locator("#id_title").press_sequentially(title)
    slug = desk.page.input_value("#id_slug")
    desk.hit(desk.page.locator(".cke_wysiwyg_div"))
    desk.type("Some words.")
    # The form is sent as it is, with a button that the page does not have.
    desk.page.evaluate("""() => {
        const form = document.getElementById("article_form");
        for (const [name, value] of [["_publish", "Publish"], ["state", "published"]]) {
            const field = document.createElement("input");
            Object.assign(field, {type: "hidden", name, value});
            form.append(field);
        }
    }""")
    with desk.page.expect_navigation() as answer:
        desk.hit(desk.page.locator("input[name=_save]"))
    assert answer.value.status == 403
    assert server.get(f"/news/{slug}/")[0] == 404
    desk.context.close()


ATTACKS = """
<h1 class="x">Pasted</h1><h2>Below</h2><p style="color:red" onclick="window.hacked=1">Text <b>bold</b></p>
<img src="x" onerror="window.hacked=1"><script>window.hacked=1</script><svg onload="window.hacked=1"></svg>
<iframe srcdoc="<script>parent.hacked=1</script>"></iframe><a href="javascript:window.hacked=1">link</a>
<table><tr><td>Name</td></tr><tr><td>Ann</td></tr></table><p>&nbsp;</p><details open ontoggle="window.hacked=1">x</details>
"""


def test_what_is_pasted_is_clean_and_runs_nothing(server, browser):
    desk = Desk(browser, server, "desk")
    desk.sign_in("editor")
    desk.open("/admin/articles/article/add/")
    desk.hit(desk.page.locator(".cke_wysiwyg_div"))
    desk.page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            document.querySelector(".cke_wysiwyg_div").dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        ATTACKS,
    )
    desk.page.locator(".cke_wysiwyg_div h2", has_text="Pasted").wait_for()
    desk.page.wait_for_timeout(500)
    assert desk.page.evaluate("window.hacked") is None
    inside = desk.page.locator(".cke_wysiwyg_div").inner_html()
    for dirt in ["onerror", "onclick", "ontoggle", "style=", "javascript:", "<img", "<svg", "<h1"]:
        assert dirt not in inside
    assert re.search(r"<h3[^>]*>Below</h3>", inside)
    assert re.search(r'<th scope="col">Name</th>', inside)
    assert "Pictures were left out" in desk.page.locator(".editor-note").inner_text()
    desk.context.close()
