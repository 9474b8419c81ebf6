"""Five hundred words in a form of the admin, and what can happen to them before they are saved."""

from contextlib import suppress

import psutil

from tests.browser.desk import SIZES, Desk
from tests.conftest import CHROMIUM, FLAGS
from tests.servers import wait_until

TEXT = " ".join(f"word{number}" for number in range(500))


class Form:
    """A form of the admin, as hands use it: `box` is where the words go, `button` what saves or sends them."""

    def __init__(self, browser, server, kind):
        self.browser, self.server, self.kind = browser, server, kind
        self.username, path, self.box, self.button = FORMS[kind]
        self.sit_down()
        self.path = path(self.desk)

    @property
    def page(self):
        return self.desk.page

    def sit_down(self, browser=None):
        """Take a seat at a browser that knows nothing yet."""
        self.desk = Desk((browser or self.browser).new_context(**SIZES["desk"]), self.server, "desk")
        self.desk.sign_in(self.username)

    def open(self):
        self.desk.open(self.path)
        return self

    def type(self, text=TEXT):
        self.page.locator(self.box).click()
        self.page.keyboard.press("ControlOrMeta+End")
        self.page.keyboard.insert_text(text)

    def wait_until_kept(self):
        self.page.locator("[data-unsaved][data-kind=kept]", has_text="Kept").wait_for()

    def has(self, text=TEXT):
        box = self.page.locator(self.box)
        box.wait_for()
        found = box.inner_text() if "cke" in self.box else box.input_value()
        return text in found.replace("\u00a0", " ")

    def take_up(self):
        """Get the words back by the one click that it may cost."""
        with self.page.expect_navigation():
            self.page.locator(".unsaved-offer a", has_text="Take it up again").last.click()

    def discard_all(self):
        self.open()
        while self.page.locator(".unsaved-offer button").count():
            with self.page.expect_navigation():
                self.page.locator(".unsaved-offer button").first.click()

    def press(self):
        self.page.locator(self.button).last.click()

    def save(self):
        with self.page.expect_navigation():
            self.press()

    def close(self):
        with suppress(Exception):  # its browser was killed
            self.desk.context.close()


def tab_is_closed(form):
    form.wait_until_kept()
    form.page.close()
    form.desk.page = form.desk.context.new_page()
    form.open().take_up()


def browser_is_killed(form):
    """Type them into a browser of its own, and kill all its processes once they are kept."""
    form.discard_all()
    form.close()
    before = set(psutil.Process().children(recursive=True))
    own = form.browser.browser_type.launch(executable_path=CHROMIUM, args=FLAGS)
    killed = set(psutil.Process().children(recursive=True)) - before
    form.sit_down(own)
    form.open().type()
    form.wait_until_kept()
    assert killed
    for process in killed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    form.sit_down()
    form.open().take_up()


def sidebar_link_is_pressed(form):
    form.wait_until_kept()
    form.page.locator("#site-name a").click()
    form.page.wait_for_url("**/admin/")
    form.open().take_up()


def back_is_pressed(form):
    form.wait_until_kept()
    form.page.go_back()
    form.open().take_up()


def server_is_killed(form):
    """Kill it after the words are kept, press Save in vain, start it again, and find them in the form."""
    form.wait_until_kept()
    form.server.kill()
    form.press()
    form.page.locator("[data-unsaved][data-kind=away]").wait_for()
    assert form.has()
    form.server.start()
    form.open().take_up()


def session_ends(form):
    form.wait_until_kept()
    form.desk.context.clear_cookies()
    form.press()
    dialog = form.page.locator("[data-sign-in]")
    dialog.locator("input[name=password]").fill("wrong")
    dialog.locator("button.default").click()
    dialog.get_by_text("That was not right").wait_for()
    dialog.locator("input[name=password]").fill(form.server.password)
    with form.page.expect_navigation():
        dialog.locator("button.default").click()


def another_signs_in(form):
    """Sign somebody else in in the same browser: the page says so, and saves nothing without being told."""
    form.wait_until_kept()
    form.desk.context.clear_cookies()
    other = Desk(form.desk.context, form.server, "desk")
    other.sign_in("editor")
    other.page.close()
    form.press()
    dialog = form.page.locator("[data-sign-in]")
    dialog.get_by_text("somebody else is signed in now: editor").wait_for()
    assert form.has()
    dialog.locator("input[name=password]").fill(form.server.password)
    with form.page.expect_navigation():
        dialog.locator("button.default").click()


def server_returns(form):
    """Press Save while the server is down, and once more when it is up."""
    form.server.kill()
    form.press()
    form.page.locator("[data-unsaved][data-kind=away]").wait_for()
    form.server.start()
    form.save()


def another_goes_on(form):
    """Sign somebody else in in the same browser, and save under that name, which the page asks first.

    Who may not do that reads the words on the page that says so.
    """
    form.desk.context.clear_cookies()
    other = Desk(form.desk.context, form.server, "desk")
    other.sign_in("editor")
    other.page.close()
    form.press()
    with form.page.expect_navigation():
        form.page.locator("[data-sign-in] button[data-go-on]", has_text="Go on as editor").click()
    if form.kind != "article":
        assert TEXT in " ".join(box.input_value() for box in form.page.locator("textarea[readonly]").all())
        form.desk.context.clear_cookies()
        form.desk.sign_in(form.username)
        form.discard_all()
        form.open().type()
        form.save()


def is_refused(form):
    """Send a form that can't be saved; an answer always can."""
    address = form.page.locator("#id_slug")
    if address.count():
        address.fill("not an address")
        form.save()
        form.page.locator(".error-summary").wait_for()
        assert form.has()
    form.wait_until_kept()
    form.open().take_up()


COMES_BACK = [
    tab_is_closed, browser_is_killed, sidebar_link_is_pressed, back_is_pressed, server_is_killed, is_refused,
]  # fmt: skip
IS_SENT = [
    session_ends,
    server_returns,
    another_signs_in,
    another_goes_on,
]  # the words are saved or sent in the end


def first_row(path):
    """Return a function that finds the form of the first row of a list."""

    def find(desk):
        desk.open(path)
        return desk.page.locator("#result_list tbody th a").first.get_attribute("href")

    return find


def new_issue(desk):
    """Start a draft of the newsletter, and return the path of its form."""
    desk.open("/admin/newsletter/issue/add/")
    with desk.page.expect_navigation():
        desk.page.locator("#content-main input[type=submit], #content-main button[type=submit]").last.click()
    return desk.page.url.removeprefix(desk.server.url)


def open_inquiry(desk):
    """Return the path of an inquiry that is to be answered, or was."""
    desk.open("/admin/inquiries/inquiry/")
    if not desk.page.locator(".desk-list tbody th a").count():
        desk.open("/admin/inquiries/inquiry/?state=answered")
    return desk.page.locator(".desk-list tbody th a").first.get_attribute("href")


FORMS = {
    "article": ("admin", first_row("/admin/articles/article/"), ".cke_wysiwyg_div", "input[name=_save]"),
    "issue": ("admin", new_issue, ".cke_wysiwyg_div", "input[name=_save]"),
    "answer": ("inquiries", open_inquiry, "#id_text", "button[name=action][value=answer]"),
}


def play(browser, server, kind, events):
    """Type 500 words into a form of this kind, let these things happen to them, and look for the words each time."""
    form = Form(browser, server, kind)
    try:
        for event in events:
            form.discard_all()
            form.open().type()
            event(form)
            is_sent = event in IS_SENT
            text = TEXT if not is_sent or kind != "answer" else ""
            assert wait_until(lambda text=text: form.has(text)), (kind, event.__name__)
            if is_sent:
                assert not form.page.locator(".unsaved-offer").count(), (kind, event.__name__)
            if is_sent and kind == "answer":
                assert "word499" in form.page.locator(".desk-thread").inner_text()
    finally:
        form.close()
