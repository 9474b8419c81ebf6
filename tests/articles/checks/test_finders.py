"""Each check finds what it is for, and nothing else; a long text takes no time that anybody notices."""

import time

import pytest

from articles.checks import finding, firstlist
from articles.checks.judging import findings, of_text
from articles.checks.state import ArticleState, Site
from articles.checks.traces import Known
from articles.checks.wording import StyleEntry

STYLE = tuple(StyleEntry(**entry) for entry in firstlist.shipped())
SITE = Site(Known(["1300", "+856 21 123 456", "(03) 9876 5432"], ["help@shelter.la", "hotline.la"]), STYLE)
ENOUGH = "<p>" + "One word after the other stands here for a reason. " * 6 + "</p>"


def kinds(html, language="en"):
    return [one.kind.code for one in of_text(ENOUGH + html, language, SITE)]


def excerpts(html, kind):
    return [one.excerpt for one in of_text(ENOUGH + html, "en", SITE) if one.kind is kind]


TRACES = [
    "Call me at +856 20 5555 1234.",
    "Her phone is 020 5555 1234.",
    "Tel.: 20-555-1234",
    "Tel.020 5555 1234",
    "Her mobile-020 5555 1234",
    "He can be reached by WhatsApp (856) 20 555 123.",
    "0912 345 678",
    "(202) 555-0143",
    "202-555-0143",
    "00856 20 5555 1234",
    "Her number: +66\u00a081\u00a0234\u00a05678",
    "โทร ๐๘๑ ๒๓๔ ๕๖๗๘",
    "Write to nok.s@mail.la for more.",
    "(noy+x@sub.mail.co.th)",
    "Her passport no. P1234567 was taken.",
    "passport number: 12-3456789",
    "The ID card 2104558812 is kept by the owner.",
    "number plate KX-4471 was seen",
    "Passport AB1234567",
    "He holds A7654321.",
    "P&lt;LAOPHOMMA&lt;&lt;NOY&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;",
    "1-2345-67890-12-3",
    "DE89 3704 0044 0532 0130 00",
    "The account is 601382901774.",
    "17.9757, 102.6331",
    "at 17°57′48″N 102°36′52″E",
    "at 17.9667° N",
    "17.9757N 102.6331E",
    "N 17.9757, E 102.6331",
    "7P7QXH5V+2C",
    "She lives at 14 Samsenthai Road.",
    "12/3 Rama IV Road",
    "221B Baker Street",
    "Samsenthai Road 14",
    "in Room no. 12",
    "Soi 11",
    "Hauptstraße 5",
    "12 rue Lafayette",
    "Calle Mayor 10",
    "Jalan Besar 22",
]
NO_TRACES = [
    "Call 1300.",
    "Call 021 123 456 or +856 21 123 456.",
    "Call (03) 9876-5432.",
    "Write to help@shelter.la or office@hotline.la.",
    "Write to somebody@example.org.",
    "+000 21 123 456",
    "On 2006-08-05 and 05.08.2006 and 5/8/2006.",
    "From 2014-2019, 2014–2019, 2006/2007.",
    "10 000 000 people, 1,000,000 people, 1.000.000 people.",
    "US$ 1500000000",
    "ISBN 978-3-16-148410-0",
    "ISSN 0317-8471",
    "Resolution 68/192 and A/RES/55/25, S/2016/949.",
    "COM-202012345 and HRW/1234567890, pp.12345-12399.",
    "Convention No. 29, Law No. 123/2008, Directive 2011/36/EU.",
    "doi:10.1093/12345678901",
    "See https://www.example.la/news/123456789012.",
    "0.12345678",
    "3.5 to 4.25 percent",
    "ages 12, 13, 14, 15 and 16",
    "1 2 3 4 5 6 7 8 9 10",
    "2004 2005 2006 2007",
    "from 9 to 17 o’clock",
    "They took her passport and 40 others.",
    "He was given a passport in 2006.",
    "On the road for 14 days.",
    "In 2014 Silk Road traders met.",
    "COVID19 and MH370, B2B, G20",
    "17.5, 18.2 and 19.1",
    "25 °C",
    "House 12 of the story",
    "Twelve people live in one flat.",
    "C++ and 2+2",
    "Protocol of 2014 to the Forced Labour Convention, 1930 (P029)",
]


@pytest.mark.parametrize("words", TRACES)
def test_it_finds_a_trace(words):
    assert kinds(f"<p>{words}</p>") == ["trace"]


@pytest.mark.parametrize("words", NO_TRACES)
def test_it_finds_no_trace(words):
    assert kinds(f"<p>{words}</p>") == []


# The same traces as somebody pastes them from elsewhere, or writes them in another script.
IN_DISGUISE = [
    "Call +66 81\n234 5678 now",
    "+66\n81 234 5678",
    "45 Sukhumvit\nRoad",
    "0912\u200b345\u200b678",
    "09\u00ad12 345 678",
    "0\ufe0f\u20e39\ufe0f\u20e312 345 678",
    "\uff0b\uff16\uff16 \uff18\uff11 \uff12\uff13\uff14 \uff15\uff16\uff17\uff18",
    "+٦٦ ٨١ ٢٣٤ ٥٦٧٨",
    "+66\u200781\u2007234\u20075678",
    "+66\u300081\u3000234\u30005678",
    "+66 81\u2212234\u22125678",
    "+66·81·234·5678",
    "เบอร์โทร0812345678ครับ",
    "她的电话13812345678",
    "nok\uff20mail.la",
    "nok\u200b@ma\u00adil.la",
    "อีเมล nok@mail.laครับ",
    "user@почта.рф",
    "\uff30\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
    "P1\u2060234567",
    "https://maps.app.goo.gl/AbCdEf",
    "https://wa.me/66812345678",
    '<abbr title="0912 345 678">her number</abbr>',
    '<a href="https://wa.me/66812345678">a chat</a>',
    '<a href="https://signal.me/#p/+66812345678">a chat</a>',
    '<a href="mailto:help@shelter.la?cc=nok@mail.la">by mail</a>',
]


@pytest.mark.parametrize("words", IN_DISGUISE)
def test_it_finds_a_trace_in_disguise(words):
    assert kinds(f"<p>{words}</p>") == ["trace"]


def test_it_finds_a_trace_in_the_source_of_a_chart():
    assert "trace" in kinds('<table data-source="0912 345 678"><tr><th>A</th><td>1</td></tr></table>')


def test_it_names_a_trace_as_it_was_typed():
    typed = "Call 0912\u200b345\u200b678, \uff0b66\u3000812345678 or nok@ma\u00adil.la."
    assert excerpts(f"<p>{typed}</p>", finding.TRACE) == [
        "nok@ma\u00adil.la",
        "0912\u200b345\u200b678",
        "\uff0b66\u3000812345678",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "แรงงาน12345คน\u200bในปี\u200b2014",
        "共有12345678人，2014—2019年",
        "1.5—2.5 · 10 · 20 · 30",
        "https://wa.me/85621123456",
        "Write to help@shelter.laครับ",
    ],
)
def test_it_finds_no_trace_in_other_scripts(words):
    assert kinds(f"<p>{words}</p>") == []


CASES = [
    # finding, true, false
    ("unfinished", "<p>The minister said TK.</p>", "<p>A TKO in the third round.</p>"),
    ("unfinished", "<p>XXX people</p>", "<p>Article XXX of the treaty</p>"),
    ("unfinished", "<p>Lorem ipsum dolor</p>", "<p>The text is lorem.</p>"),
    ("unfinished", "<p>TBC and TODO: ask</p>", "<p>Todo el mundo; TODO EL MUNDO</p>"),
    ("unfinished", "<p>Name ???</p>", "<p>Really?</p>"),
    ("no-address", '<p><a href="https://not a url at all">x y</a></p>', '<p><a href="https://ilo.org/a">x y</a></p>'),
    ("no-address", '<p><a href="not a url at all">x y</a></p>', '<p><a href="/about/">x y</a></p>'),
    ("no-address", "<p><a>x y</a></p>", '<p><a id="fn-1">x y</a></p>'),
    ("no-address", '<p><a href="">x y</a></p>', '<p><a href="#fn-1">x y</a></p>'),
    ("no-address", '<p><a href="mailto:nobody">x y</a></p>', '<p><a href="mailto:help@shelter.la?subject=a">x y</a></p>'),
    ("no-address", '<p><a href="javascript:alert(1)">x y</a></p>', '<p><a href="tel:1300">x y</a></p>'),
    ("no-address", '<p><a href="https://localhost-of-mine">x y</a></p>', '<p><a href="https://例え.jp/">x y</a></p>'),
    ("trace", '<p><a href="tel:+85620555123">by phone</a></p>', '<p><a href="tel:+85621123456">by phone</a></p>'),
    ("trace", '<p><a href="mailto:a@b.la">by mail</a></p>', '<p><a href="mailto:a@hotline.la">by mail</a></p>'),
    ("trace", '<p><a href="https://maps.app.goo.gl/x1">the place</a></p>', '<p><a href="https://www.google.com/">x y</a></p>'),
    ("click-here", '<p><a href="/about/">Click here</a></p>', '<p><a href="/about/">Here is the report</a></p>'),
    ("click-here", '<p><a href="/about/">» more…</a></p>', '<p><a href="/about/">more about us</a></p>'),
    ("headings", "<h2>A</h2><h4>B</h4>", "<h2>A</h2><h3>B</h3><h4>C</h4><h2>D</h2>"),
    ("headings", "<h3>A</h3>", "<h2>A</h2>"),
    ("headings", "<h2> </h2>", "<p> </p>"),
    ("table", "<table><tr><td>1</td></tr></table>", "<table><tr><th>A</th></tr><tr><td>1</td></tr></table>"),
    ("style", "<p>Child prostitutes and others</p>", "<p>Children and prostitution</p>"),
    ("style", "<p>illegal  immigrants</p>", "<p>an illegal act of immigrants</p>"),
    ("style", "<p>The maid left.</p>", "<p>The maiden left; <cite>The Maid</cite>.</p><blockquote>a maid</blockquote>"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "true", "false"), CASES)
def test_a_finder_finds_what_it_is_for_and_nothing_else(kind, true, false):
    assert set(kinds(true)) == {kind}
    assert kinds(false) == []


def test_a_very_short_text_is_found_in_scripts_without_spaces_too():
    def short(html):
        return "short" in [one.kind.code for one in of_text(html, "en", Site())]

    assert short("<p>Too short.</p>") and short("<p>ສັ້ນຫຼາຍ</p>") and short("")
    assert not short(ENOUGH) and not short(f"<p>{'ຄົນທີ່ຖືກຄ້າມະນຸດ' * 20}</p>")


def test_the_style_list_speaks_of_its_own_language():
    assert kinds("<p>The maid left.</p>", language="de") == []


def test_what_stands_beside_the_text_is_looked_at_too():
    found = findings(
        ArticleState(title="TK", dek="Call 0912 345 678", body_html=ENOUGH, content_note="XXX", site=SITE)
    )
    assert [(one.kind.code, one.field) for one in found] == [
        ("unfinished", "title"),
        ("unfinished", "content_note"),
        ("trace", "dek"),
    ]


def test_the_summary_and_the_source_of_an_adaptation_are_missed():
    found = findings(ArticleState(title="A", body_html=ENOUGH, lacks_source=True))
    assert [(one.kind.code, one.field) for one in found] == [("source", "source_title"), ("dek", "dek")]
    assert findings(ArticleState(title="A", dek="B", body_html=ENOUGH)) == []


def test_a_finding_names_the_words_that_it_is_about():
    assert excerpts("<p>Ask <b>no</b>y@mail.la or 0912 345 678.</p>", finding.TRACE) == [
        "noy@mail.la",
        "0912 345 678",
    ]
    assert excerpts('<p><a href="/a b c">the <i>words</i></a> XXX</p>', finding.UNFINISHED) == ["XXX"]


def test_a_link_that_cleaning_took_off_is_told_of():
    state = ArticleState(
        dek="B", body_html=f"{ENOUGH}<p>x y</p>", sent_html=f'{ENOUGH}<p><a href="not one">x y</a></p>'
    )
    assert [one.kind.code for one in findings(state)] == ["no-address"]


def test_twenty_thousand_words_take_less_than_200_milliseconds():
    words = (
        "The driver of a lorry of 2006 said on 12 May that 1,500 people had 25 ways to call (021) 123 456. "
    )
    link = '<a href="https://example.org/{}">A word</a>'
    html = "".join(f"<p>{words}{'' if n % 5 else link.format(n)}</p>" for n in range(1000))
    assert len(html.split()) > 20_000
    taken = []
    for _attempt in range(5):
        before = time.process_time()
        of_text(html, "en", SITE)
        taken.append(time.process_time() - before)
    assert min(taken) < 0.2
