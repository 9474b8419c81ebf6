"""What strangers and editors send is searched by patterns in time that grows with its length alone."""

import pytest
from django.template import Context, Template

from articles.checks import judging, traces, wording
from articles.checks.state import Site
from articles.checks.traces import Known
from articles.checks.wording import StyleEntry
from articles.documents import markup
from articles.documents.xlsx import sheetformulas
from newsletter.readers.listcolumns import LOOKS_LIKE_AN_ADDRESS
from newsletter.sending.bounces.wordings import FOUND
from newsroom.outbox.wordings import ADDRESS, plain
from newsroom.richtext.sanitiser import TAG
from newsroom.search.analysis import compounds
from tests.newsroom.richtext.test_hostile_texts import assert_grows_with_length_alone


def separated(html):
    template = Template("{% load separated %}{% separated %}{{ html|safe }}{% endseparated %}")
    return template.render(Context({"html": html}))


WORKS = {
    "addresses in replies": ADDRESS.findall,
    "replies": plain,
    "addresses in returned mails": FOUND.findall,
    "addresses in lists": lambda text: [LOOKS_LIKE_AN_ADDRESS.fullmatch(one) for one in (text, f"a@{text}", f"a@{text} x")],
    "tags": TAG.findall,
    "separated": separated,
    "hyphens in phrases": compounds.without_hyphens,
    "formulas": sheetformulas._CALLED.findall,
    "credentials": markup.holds_credentials,
    "checks": lambda text: judging.of_text(text, "en", Site(style=(StyleEntry("en", "a a, a.", "b"),))),
    "checks of words": lambda text: [*traces.traces(text, Known()), *wording.unfinished(text)],
}  # fmt: skip
SHAPES = [
    "a",
    "a.",
    "a-",
    "-a",
    "1.",
    "&",
    "=",
    "<a ",
    "</a",
    "<a='",
    '<a="',
    "a@",
    "@.",
    " ",
    "https:",
    "https: ",
    "ftp",
    "1 ",
    "12 A ",
    "A Road ",
    "+1",
    "passport ",
    "A1<<",
    "12.345 ",
    "xxx",
]


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_pattern_takes_as_long_as_its_text_is(work, shape):
    assert_grows_with_length_alone(WORKS[work], shape, 8_000)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("no such user <ann@mail.example.org> here", "no such user here"),
        ("host mx1.example.org[192.0.2.1] said: 550 unknown", "host said: 550 unknown"),
        ("用户ann@example.org不存在", "用户 不存在"),
        ("see a..mail.example.com, please. end.", "see a.. , please. end."),
        ("user@example.org: rejected by policy5.example-host.net.", "rejected by policy5.example-host.net."),
        ("a.b1 and x.2 stay", "a.b1 and x.2 stay"),
    ],
)
def test_a_reply_is_read_without_addresses_and_hosts(words, left):
    assert plain(words).removeprefix(": ") == " ".join(left.split())


@pytest.mark.parametrize(
    ("text", "is_address"),
    [("a@b.c", True), (" a@b.c ", True), ("a@.b.c", True), ("a@b", False), ("a@b.", False), ("a@.b", False), ("a b@c.d", False)],
)  # fmt: skip
def test_a_cell_looks_like_an_address_as_before(text, is_address):
    assert bool(LOOKS_LIKE_AN_ADDRESS.fullmatch(text)) is is_address
