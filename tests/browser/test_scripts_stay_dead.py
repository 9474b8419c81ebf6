"""Scripts stay dead, whichever way they came in: opened in a browser that no content policy helps."""

import re
import sqlite3
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from newsroom.richtext.allowlist import ATTRIBUTES, TAGS
from tests.browser.desk import SIZES, Desk
from tests.newsroom.richtext.vectors import VECTORS, batches, marks_of

pytestmark = pytest.mark.browser
TEXTS = batches(1)
HALVES = batches(2)
MARKS = 0.97 * len(VECTORS) / len(TEXTS)  # after each attack stands one, which has to be seen
PLACEHOLDER = "<p>Here an attack will be.</p>"
# Counts what runs, in every frame, without the waiting for each dialog.
COUNTER = "window.alert = () => { top.ran = (top.ran || 0) + 1; };"
# Returns what a text must not have, as the browser has read it.
SUSPECT = """box => [...box.querySelectorAll("*")].flatMap((element) => [
    ...(/^(SCRIPT|IFRAME|OBJECT|EMBED|FORM|INPUT|BUTTON|TEXTAREA|SELECT|STYLE|LINK|META|BASE|SVG|MATH|TEMPLATE|VIDEO|AUDIO)$/i
        .test(element.tagName) ? [element.tagName] : []),
    ...[...element.attributes].filter(({name, value}) => /^on/i.test(name) ||
        (/href|src|action|^data$|cite|poster|background|ping|srcdoc/i.test(name) && !/^(https?:|mailto:|tel:|#|[/](?![/\\\\]))/i.test(value) &&
         !(element.hasAttribute("data-cke-widget-drag-handler") && value.startsWith("data:image/gif"))) ||
        (name === "id" && !/^(s-|fn-)/.test(value))
    ).map(({name, value}) => `${element.tagName} ${name}=${value}`),
])"""
NAMES = """box => [...box.querySelectorAll("*")].map((e) => [e.localName, [...e.attributes].map((a) => a.name)])"""


@pytest.fixture(scope="module")
def desk(server, browser):
    """Return an editor in a browser that enforces no content policy."""
    one = Desk(browser.new_context(**SIZES["desk"], bypass_csp=True), server, "desk")
    one.context.add_init_script(COUNTER)
    one.dialogs, one.asked = [], []
    one.page.on("dialog", lambda dialog: (one.dialogs.append(dialog.message), dialog.dismiss()))
    one.context.on("request", lambda request: one.asked.append(request.url))
    one.context.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    one.sign_in("editor")
    yield one
    one.leave()


def store_through_the_form(desk, number, text):
    """Send the form of a new article as a browser does, publish it as a program would, and return its slug.

    The checks keep the links of attacks from being published: the text comes in after that.
    """
    slug = f"attack-by-form-{number}"
    desk.open("/admin/articles/article/add/")
    token = desk.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    fields = {
        "csrfmiddlewaretoken": token, "title": slug, "slug": slug, "body_html": text, "language": "en",
        "published_at_0": "", "published_at_1": "", "_save": "Save",
    }  # fmt: skip
    answer = desk.page.request.post(f"{desk.server.url}/admin/articles/article/add/", form=fields)
    assert answer.ok and "error-summary" not in answer.text()
    code = (
        f"from articles.models import Article; one = Article.objects.get(slug={slug!r})\n"
        f"attack, one.body_html = one.body_html, {PLACEHOLDER!r}\n"
        "one.publish(); one.body_html = attack; one.save()\n"
    )
    done = desk.server.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return slug


def store_by_save(desk, kind, texts):
    """Save articles as a program would, and return their slugs."""
    slugs = [f"attack-by-{kind}-{number}" for number in range(len(texts))]
    folder = desk.server.data_dir / "attacks"
    folder.mkdir(exist_ok=True)
    for slug, text in zip(slugs, texts, strict=True):
        (folder / slug).write_text(text, encoding="utf-8", errors="surrogatepass")
    code = (
        "import pathlib; from articles.models import Article\n"
        f"for path in sorted(pathlib.Path({str(folder)!r}).iterdir()):\n"
        f"    article = Article(title=path.name, slug=path.name, body_html={PLACEHOLDER!r}); article.publish()\n"
        "    article.body_html = path.read_bytes().decode(errors='surrogatepass'); article.save(); path.unlink()\n"
    )
    done = desk.server.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return slugs


def plant(desk, slugs, texts):
    """Write texts into the database behind Django's back."""
    database_url = desk.server.env.get("DATABASE_URL", "")
    if database_url.startswith("postgres"):
        import psycopg

        with psycopg.connect(database_url) as connection:
            for slug, text in zip(slugs, texts, strict=True):
                text = text.replace("\x00", "")  # PostgreSQL stores none
                connection.execute("UPDATE articles_article SET body_html = %s WHERE slug = %s", [text, slug])
        return
    connection = sqlite3.connect(desk.server.data_dir / "newsroom.sqlite3", timeout=20)
    with connection:
        for slug, text in zip(slugs, texts, strict=True):
            connection.execute("UPDATE articles_article SET body_html = ? WHERE slug = ?", [text, slug])
    connection.close()


def assert_dead(desk, box):
    desk.page.wait_for_timeout(200)
    assert box.evaluate(SUSPECT) == []
    assert desk.page.evaluate("window.ran") is None
    assert desk.dialogs == []
    assert {urlsplit(url).netloc for url in desk.asked if not url.startswith("data:")} == {
        urlsplit(desk.server.url).netloc
    }
    assert desk.page.evaluate("typeof document.getElementById + typeof document.cookie") == "functionstring"


def assert_dead_on_page_and_in_editor(desk, slug):
    desk.open(f"/news/{slug}/")
    prose = desk.page.locator(".prose")
    assert_dead(desk, prose)
    shown = {name for name, _attributes in prose.evaluate(NAMES)}
    assert shown <= TAGS | {"div", "picture", "source", "img"}
    for name, attributes in prose.evaluate(NAMES):
        assert name == "div" or set(attributes) <= ATTRIBUTES.get(name, set()), (name, attributes)
    assert len(marks_of(prose.inner_text())) > MARKS
    found = desk.page.request.get(f"{desk.server.url}/admin/articles/article/?q={slug}").text()
    desk.open(re.search(r"/admin/articles/article/\d+/change/", found)[0])
    box = desk.page.locator(".cke_wysiwyg_div")
    box.wait_for()
    assert len(marks_of(box.inner_text())) > MARKS
    assert_dead(desk, box)


def test_the_vectors_are_alive_without_us(desk):
    """Nothing here would mean much if the attacks did not work."""
    desk.page.goto("about:blank")
    for text in HALVES:
        desk.page.set_content(f"<body><div id=box>{text}", wait_until="commit")
        desk.page.wait_for_timeout(500)
        desk.page.goto("about:blank")
    assert len(VECTORS) > 700
    desk.asked_before = [url for url in desk.asked if "evil.example" in url]
    assert len(desk.asked_before) > 10


def test_stored_through_the_form_they_stay_dead(desk):
    desk.asked.clear()
    desk.dialogs.clear()
    for number, text in enumerate(TEXTS):
        assert_dead_on_page_and_in_editor(desk, store_through_the_form(desk, number, text))


def test_stored_by_a_program_they_stay_dead(desk):
    for slug in store_by_save(desk, "save", TEXTS):
        assert_dead_on_page_and_in_editor(desk, slug)


def test_planted_in_the_database_they_stay_dead(desk):
    slugs = store_by_save(desk, "planting", [PLACEHOLDER] * len(TEXTS))
    plant(desk, slugs, TEXTS)
    for slug in slugs:
        assert_dead_on_page_and_in_editor(desk, slug)
    feed = desk.server.get("/feeds/news.rss")[1].decode()
    contents = [
        item.get_text()
        for item in BeautifulSoup(feed, "xml").find_all(["content:encoded", "encoded", "description"])
    ]
    assert any("mark1" in content for content in contents)
    for element in BeautifulSoup("".join(contents), "html5lib").body.find_all(True):
        assert element.name in TAGS | {"img"}
        assert not [name for name in element.attrs if name.startswith("on")]
        assert not str(element.get("href", "")).lower().startswith("javascript:")


def test_pasted_into_the_editor_they_stay_dead(desk):
    desk.open("/admin/articles/article/add/")
    box = desk.editor()
    desk.hand_over("paste", HALVES[0])
    desk.text_with("</p>")
    assert len(marks_of(box.inner_text())) > 0.8 * MARKS / 2  # forms and menus of pages are left out
    assert_dead(desk, box)
