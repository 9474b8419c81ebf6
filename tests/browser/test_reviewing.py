"""From a writer's draft to the second at which visitors read it, and to the one at which they no longer do."""

import datetime
import time

import psutil
import pytest

from tests.browser.desk import SIZES, Desk, in_letters
from tests.conftest import database_url
from tests.servers import Server, suspend_at_rest, wait_until

pytestmark = pytest.mark.browser
AHEAD = 6  # seconds: the time is typed, and the form sent, before they are over
LATE = 1.0  # seconds at most from the set second until every visitor sees it (promise 1)


@pytest.fixture
def demo():
    """Return a demo of its own: its worker is going to stand still."""
    server = Server(database_url(), copy_of="demo", TIME_ZONE="UTC").start()
    try:
        yield server
    finally:
        server.remove()


def workers_of(server):
    """Return the worker's processes, once it runs."""

    def found():
        children = psutil.Process(server.process.pid).children(recursive=True)
        return [one for one in children if "worker" in one.cmdline() and "--parent" in one.cmdline()]

    return wait_until(found)


@pytest.fixture
def desks(browser, demo):
    """Return the writer and the editor, each at a browser."""
    made = [Desk(browser.new_context(**SIZES["desk"]), demo, "desk") for _person in range(2)]
    for desk, name in zip(made, ["writer", "editor"], strict=True):
        desk.sign_in(name)
    yield made
    for desk in made:
        desk.leave()


def until(second):
    time.sleep(max(0.0, second.timestamp() - time.time()))


def type_time(desk, field, moment):
    desk.page.fill(f"#id_{field}_0", f"{moment:%Y-%m-%d}")
    desk.page.fill(f"#id_{field}_1", f"{moment:%H:%M:%S}")


def sent(desk, place):
    """Press a button, and return what the next page says."""
    with desk.page.expect_navigation():
        desk.hit(desk.page.locator(place).last)
    return desk.page.locator(".messagelist").inner_text()


def shows(server, path, text):
    status, body = server.get(path)
    return status == 200 and text in body.decode()


def is_before(moment):
    return datetime.datetime.now(datetime.UTC) < moment


def test_a_piece_is_submitted_sent_back_mended_scheduled_and_ends(demo, desks):
    server, (writer, editor) = demo, desks
    slug = f"a-piece-that-waits-{in_letters()}"
    title, lists = slug.replace("-", " ").capitalize(), ["/", "/news/", "/feeds/news.rss"]

    writer.open("/admin/articles/article/add/")
    writer.page.locator("#id_title").press_sequentially(title)
    writer.slug()
    writer.page.fill("#id_dek", "One sentence about it.")
    writer.editor()
    writer.type("What there is to say about it, in a paragraph of its own.")
    with writer.page.expect_navigation():
        writer.hit(writer.page.locator("input[name=_submit]").last)
    writer.page.fill("#id_text", "Please look at the second sentence.")
    assert "Submitted." in sent(writer, "input[name=_submit]")
    form = writer.page.url

    editor.open("/admin/")
    editor.hit(editor.page.get_by_role("link", name=title))
    assert "Please look at the second sentence." in editor.page.locator(".review-state").inner_text()
    with editor.page.expect_navigation():
        editor.hit(editor.page.get_by_role("link", name="Send it back"))
    editor.page.fill("#id_text", "There is no second sentence.")
    assert "Sent back." in sent(editor, "input[name=_send_back]")

    writer.open("/admin/")
    assert "There is no second sentence." in writer.page.locator("#content").inner_text()
    writer.hit(writer.page.get_by_role("link", name=title))
    writer.editor()
    writer.press("Control+End")
    writer.type(" And here is the second.")
    with writer.page.expect_navigation():
        writer.hit(writer.page.locator("input[name=_submit]").last)
    assert "Submitted." in sent(writer, "input[name=_submit]")

    editor.page.goto(form)
    editor.page.locator(
        "#article_form", has_text="And here is the second."
    ).wait_for()  # once its editor is there
    with editor.page.expect_navigation():
        editor.hit(editor.page.locator("input[name=_schedule]").last)
    workers = workers_of(server)
    suspend_at_rest(server, workers)
    begins = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(seconds=AHEAD)
    type_time(editor, "published_at", begins)
    sent(editor, "input[name=_set]")
    assert server.get(f"/news/{slug}/")[0] == 404
    assert is_before(begins), "the form came too late"
    until(begins - datetime.timedelta(seconds=0.4))
    early = [path for path in [f"/news/{slug}/", *lists] if shows(server, path, title) and is_before(begins)]
    assert early == []
    until(begins + datetime.timedelta(seconds=LATE))
    assert [path for path in [*lists, f"/news/{slug}/"] if not shows(server, path, title)] == []

    editor.page.goto(form.replace("/change/", "/times/"))
    ends = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(seconds=AHEAD)
    type_time(editor, "expires_at", ends)
    sent(editor, "input[name=_set]")
    until(ends - datetime.timedelta(seconds=0.4))
    assert shows(server, f"/news/{slug}/", title) or not is_before(ends)
    until(ends + datetime.timedelta(seconds=LATE))
    assert server.get(f"/news/{slug}/")[0] == 410
    assert [path for path in lists if shows(server, path, title)] == []
    assert {worker.status() for worker in workers} == {psutil.STATUS_STOPPED}
    assert writer.complaints == editor.complaints == []
