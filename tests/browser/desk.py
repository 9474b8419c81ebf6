"""A member of staff at a browser: what hands do, on a desk and on a phone."""

import base64
import re
import time
from contextlib import suppress

from playwright.sync_api import Error

from tests.servers import wait_until

SIZES = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}


# Chromium lets a script make the events of a clipboard and of a mouse that drags.
HAND_OVER = """([way, html, files]) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    for (const [name, type, content] of files) {
        data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name, {type}));
    }
    const box = document.querySelector(".cke_wysiwyg_div");
    const { left, top } = box.getBoundingClientRect();
    const options = {bubbles: true, cancelable: true};
    const place = {clientX: left + 30, clientY: top + 30, dataTransfer: data, ...options};
    box.dispatchEvent(way === "paste" ? new ClipboardEvent("paste", {clipboardData: data, ...options}) : new DragEvent("drop", place));
}"""


def in_letters():
    """Return the second as ten letters: digits in a title would be a telephone number to the checks."""
    return "".join("abcdefghij"[int(digit)] for digit in str(int(time.time())))


ADD = "/admin/articles/article/add/"
EMPTY = """() => new Promise((resolve) => {
    if ([...document.querySelectorAll("dialog, .cke_dialog")].some((box) => box.checkVisibility())) { resolve(false); return; }
    const editor = CKEDITOR.instances.id_body_html;
    document.activeElement.blur();
    document.getElementById("article_form").reset();
    document.querySelectorAll(".editor-note").forEach((note) => note.remove());
    scrollTo(0, 0);
    editor.setData("", { callback: () => { editor.resetUndo(); editor.resetDirty(); resolve(true); } });
})"""


def on_one_line(html):
    """Return mark-up without the line breaks that only make it readable."""
    return re.sub(r"\s*\n\s*", "", html).strip()


class Desk:
    """A member of staff at a browser, by mouse or by touch."""

    def __init__(self, context, server, size):
        self.context, self.server, self.size = context, server, size
        self.page = context.new_page()
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

    def close(self):
        """Close the page; Chromium never answers if it is asked to close one that is on its way to another."""
        with suppress(Error):  # a page that asks whether to stay, stays, and is on no way
            self.page.goto("about:blank")
        self.page.close()

    def leave(self):
        """Close the page and the browser around it."""
        self.close()
        self.context.close()

    def begin_article(self):
        """Show the empty form of a new article: where it is open, it is emptied, for CKEditor takes a second to start."""
        if self.page.url != self.server.url + ADD or not self.page.evaluate(EMPTY):
            self.open(ADD)

    def command(self, name):
        self.hit(self.page.locator(f".cke_button__{name}"))

    def type(self, text):
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def editor(self):
        """Wait for the text box, put the caret into it, and return it."""
        box = self.page.locator(".cke_wysiwyg_div").first
        self.hit(box)
        return box

    def text(self):
        """Return what the text box would send, on one line."""
        written = self.page.evaluate("CKEDITOR.instances.id_body_html.getData()")
        return on_one_line(written.replace(" />", ">"))

    def text_with(self, part):
        """Wait until the text box would send a part, and return all that it would send."""
        return wait_until(lambda: part in self.text() and self.text())

    def hand_over(self, way, html="", files=()):
        """Paste or drop mark-up or files (name, type, bytes) into the text box."""
        content = [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]
        self.page.evaluate(HAND_OVER, [way, html, content])

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

    def slug(self, box="#id_slug"):
        """Wait until the server has filled the slug of the title, and return it."""
        from articles.models.slugs import slug_from

        slug = slug_from(self.page.input_value("#id_title"))
        assert wait_until(lambda: self.page.input_value(box) == slug)
        return slug

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
