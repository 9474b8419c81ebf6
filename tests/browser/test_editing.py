"""The main job, in a real browser on the real server: from an editor's keyboard to page and feed."""

import re
import time
import urllib.parse

import pytest

from tests.browser.desk import SIZES, in_letters
from tests.servers import SOON

pytestmark = pytest.mark.browser


def everywhere(year_and_month="2006/08"):
    year = year_and_month.split("/")[0]
    return ["/", "/news/", f"/news/{year}/", f"/news/{year_and_month}/", "/countries/laos/", "/sitemap-articles.xml",
            "/feeds/news.rss"]  # fmt: skip


def holds(server, path, text):
    status, body = server.get(path)
    return status == 200 and text in body.decode()


def all_hold(server, paths, text, expected=True):
    return all(holds(server, path, text) == expected for path in paths)


@pytest.mark.parametrize("size", SIZES)
def test_an_editor_writes_publishes_corrects_and_unpublishes(server, make_desk, size):
    desk = make_desk(size)
    slug = f"a-promise-by-{size}-{in_letters()}"
    address = f"/news/{slug}/"
    desk.open("/admin/articles/topic/")
    topic = desk.page.locator("#result_list tbody th a").first.inner_text()
    desk.hit(desk.page.locator("#result_list tbody th a").first)
    desk.page.wait_for_selector("#id_slug")
    topic_page = f"/topics/{urllib.parse.quote(desk.page.input_value('#id_slug'))}/"

    desk.open("/admin/articles/article/add/")
    title = slug.replace("-", " ").capitalize()
    desk.page.locator("#id_title").press_sequentially(title)
    assert desk.slug() == slug
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
    titled = [path for path in paths if path != "/sitemap-articles.xml"]  # a sitemap has no titles
    assert [path for path in titled if not holds(server, path, f"{title} corrected")] == []
    address = f"/news/{slug}-corrected/"
    assert holds(server, address, f"{title} corrected")

    # Unpublished, it is gone, and its address says so.
    with desk.page.expect_navigation():
        desk.hit(desk.page.locator("a[href$='/unpublish/']").last)
    desk.page.fill("#id_reason", "An invented story.")
    with desk.page.expect_navigation():
        desk.hit(desk.page.locator("input.withdraw"))
    assert "Unpublished" in desk.page.locator(".messagelist").inner_text()
    time.sleep(SOON)
    assert [path for path in paths if holds(server, path, slug)] == []
    status, gone = server.get(address)
    assert status == 410
    assert "<h1" in gone.decode()
    assert desk.complaints == []


def test_a_writer_finds_no_way_to_publish(server, make_desk):
    desk = make_desk("desk", "writer")
    desk.open("/admin/articles/article/add/")
    assert desk.page.locator("input[name=_publish]").count() == 0
    title = f"Writers draft {in_letters()}"
    desk.page.locator("#id_title").press_sequentially(title)
    desk.page.keyboard.insert_text(" by voice")  # as a mouse pastes and dictation writes: no key is pressed
    slug = desk.slug()
    assert slug == f"{title} by voice".lower().replace(" ", "-")
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
    # Its script asks first whether it may be saved, and then lets the browser show the refusal.
    with desk.page.expect_response(lambda answer: answer.request.is_navigation_request()) as answer:
        desk.hit(desk.page.locator("input[name=_save]"))
    assert answer.value.status == 403
    desk.page.wait_for_load_state()  # Chromium can't close a page on its way to another
    assert server.get(f"/news/{slug}/")[0] == 404


BYTES, REQUESTS = 350_000, 53  # of bodies, as they come over the line; beside the piece's own pictures


def test_the_form_of_an_article_loads_little_and_nothing_that_it_does_not_use(make_desk):
    desk = make_desk("desk")
    desk.open(
        "/admin/articles/article/?q=Reintegration+after+the+first+year"
    )  # what other tests write varies
    address = desk.page.locator("#result_list tbody th a").first.get_attribute("href")
    session, begun, sizes = desk.context.new_cdp_session(desk.page), {}, {}

    def end(told):
        if told["requestId"] in begun:
            answer = begun[told["requestId"]]
            sizes[answer["url"]] = told["encodedDataLength"] - answer["encodedDataLength"]

    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.responseReceived", lambda told: begun.update({told["requestId"]: told["response"]}))
    session.on("Network.loadingFinished", end)
    desk.open(address)
    desk.editor()
    desk.page.wait_for_load_state("networkidle")
    session.detach()
    heaviest = sorted(sizes.items(), key=lambda one: -one[1])[:12]
    assert sum(sizes.values()) < BYTES, (sum(sizes.values()), heaviest)
    asked = sorted(url for url in sizes if "/media/" not in url)
    assert 30 < len(asked) <= REQUESTS, (len(asked), asked)
    assert not [url for url in sizes if re.search(r"/(xregexp|urlify|prepopulate|actions)\b", url)]
    assert [url for url in sizes if "/ckeditor." in url and sizes[url] > 100_000], heaviest


def test_a_text_that_nobody_touched_is_sent_as_it_came_though_the_editor_takes_it_for_changed(make_desk):
    desk = make_desk("desk")
    desk.begin_article()
    desk.page.locator("#id_title").fill(f"Left as it was {in_letters()}")
    desk.editor()
    desk.type("One line.")
    desk.submit("_save")
    desk.editor()
    taken_for_changed = """() => {
        const [editor] = Object.values(CKEDITOR.instances);
        const stored = editor.element.$.defaultValue;
        editor._.previousValue = "something else";
        editor.updateElement();
        return [editor.checkDirty(), new FormData(editor.element.$.form).get(editor.element.$.name) === stored];
    }"""
    assert desk.page.evaluate(taken_for_changed) == [True, True]
    desk.type("More.")
    assert "More." in desk.page.evaluate("""() => {
        Object.values(CKEDITOR.instances)[0].updateElement();
        return new FormData(document.getElementById("article_form")).get("body_html");
    }""")
