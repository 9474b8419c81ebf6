"""Pasting: what a writer had put aside stays aside, what is struck stays struck, and lists, tables and mails keep theirs."""

import re
from pathlib import Path

import pytest

from tests.browser.desk import ADD, on_one_line
from tests.newsroom.richtext import looks

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parent / "asides"
CLEAN = """html => window.Newsroom.cleanPaste(
    html, JSON.parse(document.querySelector("textarea[data-editor]").dataset.editor).newsroom.allowed)"""

# What a program puts on the clipboard: what becomes of it, and how many pieces are left out.
FROM_FILES = {
    "word-tracked-deletion": ("<p>The shelter opened in the capital in 2019.</p>", 1),
    "word-hidden-text": ("<p>She was interviewed.</p>", 1),
    "struck-out": ("<p>The offices are open on <s>Monday and</s> Thursday. Fee: <s>300</s> 100 dollars.</p>", 0),
    "excel-cells": (
        '<table><thead><tr><th scope="col">Year</th><th scope="col">Cases</th></tr></thead>'
        "<tbody><tr><td>2025</td><td>12</td></tr></tbody></table>", 0,
    ),
    "mail-with-links": (
        '<p>Dear colleagues,</p><p>We are glad to share our <a href="https://www.example.org/report-2026">new report on '
        "labour migration</a> with you today.</p><p>It will be presented on <strong>Friday 12 June 2026</strong> in the "
        "public library of the district.<br>Please forward it to everybody who works with migrant workers in your "
        "country.</p>", 0,
    ),
    "list-of-letters": (
        '<p>For the purposes of Article 3:</p><ol type="a"><li>first letter</li><li>second letter</li></ol>'
        "<p>As said in (b) above.</p>", 0,
    ),
    "word-list-from-letter-c": (
        '<p>Article 3 goes on:</p><ol type="a" start="3"><li>Third rule</li><li>Fourth rule, see (c)</li></ol>', 0,
    ),
}  # fmt: skip


def word(body, style=""):
    return f"""<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator content="Microsoft Word 15">
        <style><!-- {style} --></style></head><body><!--StartFragment-->{body}<!--EndFragment--></body></html>"""


def item(marker, words, level=1, number=0):
    return (
        f"<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l{number} level{level} lfo1'>"
        f"<span style='mso-list:Ignore'>{marker}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span>{words}</p>"
    )


ASIDES = [
    # A paragraph that was deleted whole, and what was moved away and is there in its new place.
    (word("<p class=MsoNormal>Stays.</p><p class=MsoNormal><del>Gone <b>whole</b>.</del></p>"), "<p>Stays.</p>", 1),
    (word("<p class=MsoNormal>a<span class=msoMoveFrom> b</span> c<span class=msoMoveTo> b</span></p>"), "<p>a c b</p>", 1),
    # Hidden by a style of the writer's own, of characters and of paragraphs.
    (word("<p class=MsoNormal>Seen<span class=Verborgen> unseen</span>.</p><p class=Internal>Address</p>",
          "span.Verborgen {mso-style-name:Verborgen; display:none; mso-hide:all;} p.Internal, li.Internal {display:none}"),
     "<p>Seen.</p>", 2),
    # Comments of Word, at their words and at the end.
    (word("<p class=MsoNormal>A fact<a class=msocomanchor href='#_msocom_1'>[AE1]</a>.</p><div style='mso-element:comment-list'>"
          "<div style='mso-element:comment' id='_com_1' class=msocomtxt>Is her name known?</div></div>"), "<p>A fact.</p>", 2),
    # Word in a browser.
    ('<p class="Paragraph"><span class="TextRun TrackChangeTextDeletionMarker TrackedChange SCXW1"><span>old</span></span>'
     '<span class="TextRun TrackChangeTextInsertion TrackedChange SCXW1">new</span></p>', "<p>new</p>", 1),
    # Comments of Google Docs.
    ('<p>A fact<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup>.</p><div><p><a href="#cmnt_ref1" id="cmnt1">[a]</a>Ask her '
     "first.</p></div>", "<p>A fact.</p>", 2),
    # LibreOffice: deletions and hidden words.
    ('<meta name="generator" content="LibreOffice 24.2"><p>Kept <del cite="x" datetime="2026-01-05T10:00:00">cut </del>'
     '<span style="display: none">hidden</span>words</p>', "<p>Kept words</p>", 2),
    # A row of a table, an item of a list, a box of a web page.
    ("<table><tr><td>a</td><td>b</td></tr><tr hidden><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td></tr></table>",
     '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>e</td><td>f</td></tr></tbody>'
     "</table>", 1),
    ("<ul><li>a</li><li style='visibility:hidden'>b</li></ul><div style='opacity:0'>c</div>", "<ul><li>a</li></ul>", 2),
    ("<p>a</p><div style='font-size:0'><p style='font-size:16px'>b</p></div>", "<p>a</p><p>b</p>", 0),
    ("<p style='mso-hide:screen'>c</p><p>d<span style='COLOR: Transparent'> e</span></p>", "<p>d</p>", 2),
    ("<p>a<span style='display:/**/none'> b</span><span style='d\\69splay:none'> c</span> <span style='color:rgb(9,9,0)'>d</span></p>",
     "<p>a d</p>", 2),
    ("<style>@media print {.note {display:none}} .gone{display:none}</style><p class=note>a</p><p class=gone>b</p>", "<p>a</p>", 1),
    # Struck for readers to see, in every way to say so.
    ("<p><strike>a</strike> b <span style='text-decoration: underline line-through red'>c</span></p>",
     "<p><s>a</s> b <s>c</s></p>", 0),
    ("<style>span.s1 {text-decoration: line-through}</style><p class=p1>x <span class=s1>y</span></p>", "<p>x <s>y</s></p>", 0),
    ('<b id="docs-internal-guid-1" style="font-weight:normal"><p dir="ltr"><span style="font-weight:700;text-decoration:line-through;">'
     'a</span><span style="text-decoration:none"> b</span></p></b>', "<p><strong><s>a</s></strong> b</p>", 0),
    ("<ul style='text-decoration:line-through'><li>a</li><li>b</li></ul>", "<ul><li><s>a</s></li><li><s>b</s></li></ul>", 0),
]  # fmt: skip

LISTS_AND_TABLES = [
    (word(item("(h)", "eighth") + item("(i)", "ninth") + item("(j)", "tenth")),
     '<ol type="a" start="8"><li>eighth</li><li>ninth</li><li>tenth</li></ol>'),
    (word(item("i.", "first") + item("ii.", "second")), '<ol type="i"><li>first</li><li>second</li></ol>'),
    (word(item("(i)", "ninth"), "@list l0:level1 {mso-level-number-format:alpha-lower; mso-level-text:'(%1)'}"),
     '<ol type="a" start="9"><li>ninth</li></ol>'),
    (word(item("IV.", "four") + item("A)", "big", 2) + item("V.", "five")),
     '<ol type="I" start="4"><li>four<ol type="A"><li>big</li></ol></li><li>five</li></ol>'),
    (word(item("o", "a circle", 1)), "<ul><li>a circle</li></ul>"),
    (word(item("§ 2", "words")), "<ul><li>§ 2 words</li></ul>"),
    (word(item("1.2.", "words")), '<ol start="2"><li>words</li></ol>'),
    ('<ol style="margin:0"><li dir="ltr" style="list-style-type:upper-roman"><p>a</p></li></ol>', '<ol type="I"><li>a</li></ol>'),
    ('<ol><!--StartFragment--><li>b</li><li value="7">c</li><!--EndFragment--></ol>', '<ol><li>b</li><li value="7">c</li></ol>'),
    # Google Sheets puts an element of its own around the table.
    ("<google-sheets-html-origin><table><tbody><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
     '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody>'
     "</table>"),
    ("<table><tbody><tr><!--StartFragment--><td>one</td><td>two</td><!--EndFragment--></tr></tbody></table>",
     "<table><tbody><tr><td>one</td><td>two</td></tr></tbody></table>"),
    ("<p>" + "<br>".join(["A mail that was broken into lines of some seventy characters, as it was",
                          'written, with <a href="https://e.org/">a link</a> among its words, and with a word that was mis-',
                          "taken.", "", "Yours, Ann"]) + "</p>",
     '<p>A mail that was broken into lines of some seventy characters, as it was written, with <a href="https://e.org/">a link'
     "</a> among its words, and with a word that was mistaken.</p><p>Yours, Ann</p>"),
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(sit_down):
    """Return an editor's desk."""
    one = sit_down("desk", "editor")
    one.open(ADD)
    yield one
    one.close()


def read(name):
    return (FOLDER / f"{name}.html").read_text(encoding="utf-8")


def test_each_stays_as_its_writer_meant_it(desk):
    cases = [(read(name), *expected) for name, expected in FROM_FILES.items()]
    cases += [*ASIDES, *((html, clean, 0) for html, clean in LISTS_AND_TABLES)]
    for html, clean, left_out in cases:
        found = desk.page.evaluate(CLEAN, html)
        assert on_one_line(found["html"]) == clean, html
        assert found["asides"] == left_out, html


def test_the_editor_leaves_out_what_a_style_hides_and_says_so(desk):
    for style in looks.HIDDEN:
        found = desk.page.evaluate(CLEAN, f"<p>a</p><div style='{style}'>hidden</div><p>c</p>")
        assert (on_one_line(found["html"]), found["asides"]) == ("<p>a</p><p>c</p>", 1), style
        sheet = f"<style>.x {{{style}}}</style><p>a<span class=x>hidden</span></p>"
        found = desk.page.evaluate(CLEAN, sheet)
        assert (on_one_line(found["html"]), found["asides"]) == ("<p>a</p>", 1), style
    for style in looks.SEEN:
        found = desk.page.evaluate(CLEAN, f"<p>a</p><div style='{style}'>seen</div>")
        assert ("seen" in found["html"], found["asides"]) == (True, 0), style
    for text, words in looks.TEXTS:
        found = desk.page.evaluate(CLEAN, text)
        assert re.sub("<[^>]*>|\n", "", found["html"]) == words, text
    word_sheet = word("<table><tr><td class=dark><span class=light>b</span></td></tr></table><p class=light>a</p>",
                      ".dark {background:#123} .light {color:white}")  # fmt: skip
    found = desk.page.evaluate(CLEAN, word_sheet)
    assert (re.sub("<[^>]*>|\n", "", found["html"]), found["asides"]) == ("b", 1)


def test_an_editor_is_told_what_was_left_out_and_struck_words_are_stored_as_such(desk):
    desk.begin_article()
    desk.editor()
    desk.hand_over("paste", read("struck-out"))
    assert desk.text_with("100 dollars.") == FROM_FILES["struck-out"][0]
    assert desk.page.locator(".editor-note").count() == 0
    desk.hand_over("paste", read("list-of-letters"))
    assert '<ol type="a">' in desk.text_with("second letter")
    letters = desk.page.locator(".cke_wysiwyg_div ol li").first
    assert letters.evaluate("item => getComputedStyle(item).listStyleType") == "lower-alpha"
    desk.hand_over("paste", read("word-tracked-deletion"))
    assert "Maple" not in desk.text_with("the capital")
    note = desk.page.locator(".editor-note")
    assert (
        note.inner_text()
        == "Words that were deleted or hidden in the other program, and comments, were left out."
    )
    desk.hand_over("paste", "<p>More.</p>")
    desk.text_with("More.")
    assert not note.is_visible()
    assert desk.complaints == []


SLUGS = {
    "Đường dây nóng quốc gia": "đường-dây-nóng-quốc-gia",
    "Người lao động di cư": "người-lao-động-di-cư",
    "مكافحة الاتجار بالبشر": "مكافحة-الاتجار-بالبشر",
    "2026": "n-2026",
    "ການຄ້າມະນຸດ ແລະ ເດັກ": "ການຄ້າມະນຸດ-ແລະ-ເດັກ",
    "Don’t wait: call – now!": "dont-wait-call-now",
    "İstanbul’da Çocuk": None,
    "कॉल करें": "कॉल-करें",
}


@pytest.mark.django_db
def test_the_address_beside_a_title_is_what_the_server_would_make_of_it(desk):
    from articles.models.slugs import slug_from

    desk.begin_article()
    for title, slug in SLUGS.items():
        desk.page.fill("#id_title", "")
        desk.page.locator("#id_title").press_sequentially(title)
        desk.press("Tab")  # letters that no key bears come without a key
        found = desk.slug()
        assert found == slug_from(title)
        assert slug is None or found == slug
    desk.open("/admin/articles/page/add/")
    desk.page.locator("#id_title").press_sequentially("Đường dây")
    desk.press("Tab")
    assert desk.slug("#id_path") == "đường-dây"
