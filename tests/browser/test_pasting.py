"""Pasting: what six programs put on the clipboard becomes plain, semantic text, and nothing in it runs."""

import json
import re
from pathlib import Path

import pytest

from newsroom.richtext.fields import RichTextFormField
from tests.browser.desk import ADD, in_letters, on_one_line

pytestmark = pytest.mark.browser
CLIPBOARD = Path(__file__).parent / "clipboard"
PROGRAMS = sorted(path.name.removesuffix(".clean.html") for path in CLIPBOARD.glob("*.clean.html"))


def written(desk):
    """Return what stands in the text box, without the line that the editor draws under a mouse."""
    return desk.page.locator(".cke_wysiwyg_div").evaluate(
        """box => { const copy = box.cloneNode(true);
        copy.querySelectorAll("[data-cke-magic-line], :scope > span:has([data-cke-magic-line])").forEach(e => e.remove());
        return copy.innerHTML; }"""
    )


@pytest.fixture(scope="module")
def desk(sit_down):
    """Return an editor's desk."""
    one = sit_down("desk", "editor")
    yield one
    one.close()


def copied(program):
    """Return what a program puts on the clipboard."""
    return (CLIPBOARD / f"{program}.html").read_text(encoding="utf-8")


def test_there_are_six_programs():
    assert PROGRAMS == ["google-docs", "libreoffice", "outlook", "pdf-viewer", "web-page", "word"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_comes_out_as_clean_text(desk, program):
    desk.begin_article()
    desk.editor()
    desk.hand_over("paste", copied(program))
    clean = on_one_line((CLIPBOARD / f"{program}.clean.html").read_text(encoding="utf-8"))
    assert desk.text_with(clean[-30:]) == clean
    inside = written(desk)
    assert not re.search(
        r"<(font|img|script|h1|o:p|b|i)\b|mso|\bstyle=|\bclass=|\bon\w+=", inside, re.IGNORECASE
    )
    notes = desk.page.locator(".editor-note").all_inner_texts()
    if "<img" in copied(program):
        assert "left out" in notes[0]
    else:
        assert notes == []
    assert desk.complaints == []


def test_what_stays_of_a_paste_is_decided_by_the_allow_list_of_the_server_alone(desk):
    desk.begin_article()
    allowed = RichTextFormField().widget.get_context("t", "", {})["widget"]["attrs"]["data-editor"]
    allowed = json.loads(allowed)["newsroom"]["allowed"]
    clean = "([html, allowed]) => window.Newsroom.cleanPaste(html, allowed).html"
    pasted = '<p lang="fr"><em>a</em> <cite>b</cite> <var>c</var></p><ol start="3"><li value="7">d</li></ol>'
    assert desk.page.evaluate(clean, [pasted, allowed]) == pasted.replace("<var>c</var>", "c")
    fewer = {tag: [] for tag in allowed if tag not in {"em", "ol", "li"}}
    assert desk.page.evaluate(clean, [pasted, fewer]) == "<p>a <cite>b</cite> c</p>d"


def test_footnotes_of_two_documents_lead_there_and_back(desk):
    desk.open(ADD)
    title = f"Two documents {in_letters()}"
    desk.page.locator("#id_title").press_sequentially(title)
    slug = desk.slug()
    desk.editor()
    for program in ["word", "libreoffice", "word"]:
        desk.hand_over("paste", copied(program))
        desk.press("ControlOrMeta+End")
    assert "Published" in desk.submit("_publish")
    desk.open(f"/news/{slug}/")
    prose = desk.page.locator(".prose")
    ids = prose.evaluate("box => [...box.querySelectorAll('[id^=fn-]')].map((e) => e.id)")
    assert sorted(ids) == ["fn-1", "fn-2", "fn-3", "fn-ref-1", "fn-ref-2", "fn-ref-3"]
    for number, words in [
        (1, "Notes of the interpreter"),
        (2, "The minutes are kept"),
        (3, "Notes of the interpreter"),
    ]:
        prose.locator(f"a[href='#fn-{number}']").click()
        assert desk.page.evaluate("decodeURIComponent(location.hash)") == f"#fn-{number}"
        note = desk.page.locator(f"#fn-{number}").locator("xpath=ancestor-or-self::p")
        assert words in note.inner_text()
        note.locator(f"a[href='#fn-ref-{number}']").click()
        assert desk.page.locator(f"#fn-ref-{number}").get_attribute("href") == f"#fn-{number}"
    assert desk.page.locator(".prose ul ul li").first.inner_text() == "with a lock"


ATTACKS = """
<h1 class="x">Pasted</h1><h2>Below</h2><p style="color:red" onclick="window.hacked=1">Text <b>bold</b></p>
<img src="x" onerror="window.hacked=1"><script>window.hacked=1</script><svg onload="window.hacked=1"></svg>
<iframe srcdoc="<script>parent.hacked=1</script>"></iframe><a href="javascript:window.hacked=1">link</a>
<table><tr><td>Name</td></tr><tr><td>Ann</td></tr></table><p>&nbsp;</p><details open ontoggle="window.hacked=1">x</details>
"""


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_what_comes_from_elsewhere_runs_nothing(desk, way):
    desk.begin_article()
    desk.editor()
    desk.hand_over(way, ATTACKS)
    desk.page.locator(".cke_wysiwyg_div h2", has_text="Pasted").wait_for()
    desk.page.wait_for_timeout(500)
    assert desk.page.evaluate("window.hacked") is None
    inside = written(desk)
    for dirt in ["onerror", "onclick", "ontoggle", "style=", "javascript:", "<img", "<svg", "<h1"]:
        assert dirt not in inside
    assert re.search(r"<h3[^>]*>Below</h3>", inside)
    assert re.search(r'<th scope="col">Name</th>', inside)
    assert "left out" in desk.page.locator(".editor-note").inner_text()


@pytest.mark.parametrize("pause", [0, 30, 150])
def test_a_link_lands_on_the_chosen_words_however_fast_the_hand_is(desk, pause):
    """CKEditor looks at the selection five times a second; pause in ms. The fastest hand meets an editor that just started."""
    if pause:
        desk.begin_article()
    else:
        desk.open(ADD)
    desk.editor()
    desk.type("It is a ")
    desk.command("bold")
    desk.type("firm")
    desk.command("bold")
    desk.type(" promise, see the protocol")
    desk.press(*["Shift+ArrowLeft"] * len("protocol"))
    desk.page.wait_for_timeout(pause)
    desk.command("link")
    address = desk.page.locator(".cke_dialog:visible input.cke_dialog_ui_input_text:visible").nth(1)
    address.fill("https://www.example.org/protocol")
    desk.accept_dialog()
    link = '<a href="https://www.example.org/protocol">protocol</a>'
    assert desk.text() == f"<p>It is a <strong>firm</strong> promise, see the {link}</p>"
