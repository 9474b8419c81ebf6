"""Texts made to hold a process or the write lock: time grows with their length alone, and limits are told in words."""

import gc
import time
from itertools import product

import pytest

from articles.models import Article
from articles.search import plain
from newsletter.sending import plaintext
from newsroom.richtext import sanitiser
from newsroom.richtext.allowlist import TAGS, VOID
from newsroom.richtext.limits import LONGEST
from newsroom.richtext.renderings import for_feed, for_mail, plain_text, rendered
from newsroom.richtext.sanitiser import safe, sanitise
from newsroom.search import registry
from newsroom.search.analysis.text import tokens
from newsroom.search.index.writing import row_of

BY_ELEMENT = [shape.format(tag) for tag in sorted(TAGS) for shape in ("<{}>", "<em><{}>a")]
KNOWN = ["&", "&amp; ", "\xa0", "&nbsp; ", "<", "<a ", '<a href="', "<!--", "<![CDATA[", "</p>", "<div>", "<section>a",
         "<table>a", "<table><tr>a", "<td>a", "<li>a", "<select><option>a", "<svg><g>a", "<font color=1><p>a", "<pre>a\n",
         '<h2 id="s-a">a</h2>', '<a id="fn-1">a', '<a href="#s-a">a</a>', "<ul><li>a", "<ol><ul>", "<script>a</script>a",
         "<textarea>a</textarea>", "<table><caption>a", "<button><p>a", "a<br>", "<blockquote>a", "<object>a", "<dl><dt>a",
         '<span style="text-decoration:line-through">a', '<p style="text-decoration:line-through">a', "<del>", "<p hidden>a",
         '<x style="display:none">a</x>', '<ol type="a"><li value="3">a']  # fmt: skip


def seconds(work, text):
    """Return how long this takes, without what the collector of garbage adds."""
    sanitiser._known.clear()
    safe.cache_clear()
    gc.disable()
    start = time.thread_time()
    work(text)
    took = time.thread_time() - start
    gc.enable()
    return took


def assert_grows_with_length_alone(work, shape, length):
    """Check that a text four times as long takes about four times as long: squared, it would be sixteen times."""
    for times in (1, 2, 4, 8):  # a slow moment of the machine is no fault of ours: the next look is longer
        short = shape * max(1, times * length // len(shape))
        ratio = seconds(work, short * 4) / max(seconds(work, short), 0.001)
        if ratio < 7.5:
            return
    pytest.fail(f"{ratio:.1f} times as long for four times the text: {shape!r}")


@pytest.mark.parametrize("shape", [*KNOWN, *BY_ELEMENT])
def test_sanitising_takes_as_long_as_the_text_is(shape):
    assert_grows_with_length_alone(sanitise, shape, 2_000)


def test_lines_of_preformatted_text_within_another_are_read_once() -> None:
    lines, breaks = "<pre>\n\na" * 4_000, "<div>" * 60 + "a<br><br>" * 4_000
    assert sanitise(lines).count("<br>") > 7_000
    ratios = (seconds(sanitise, lines) / seconds(sanitise, breaks) for _time in range(3))
    assert min(ratios) < 2


def everything_made_of(html):
    """Do what pages, feeds, mails and search do with a stored text."""
    rendered(html, {})
    for_feed(html, "/news/x/", {})
    plaintext.from_html(for_mail(html, "/newsletter/1/", {}))
    list(tokens(plain(html), "en"))


@pytest.mark.parametrize(
    "shape",
    ["<p>a</p>", "a<br>", "<h2>a</h2>", "<ul><li>a</li></ul>", "<table><caption>a</caption><tr><td>a</td></tr></table>",
     '<p><a href="/x">a</a></p>', "<blockquote>a</blockquote>", "a &amp; ", "a\xa0", "a", "漢", "a\u0301", "a.b."],
)  # fmt: skip
def test_what_a_text_becomes_takes_as_long_as_the_text_is(shape):
    clean = sanitise(shape * 300)
    assert plain_text(clean)
    assert_grows_with_length_alone(everything_made_of, clean, 3_000)


def indexed(words: str) -> None:
    """Do what search does with the words of a text, inside the transaction that publishes it."""
    row_of(registry.kind_of(Article), 1, registry.IndexEntry(title="a", text=f"a{words}"))


@pytest.mark.parametrize(
    "shape",
    ["漢字", "漢字，", "ກາ", "漢\u200b", "a漢", "\u0301\u0327", "021 555-111 ", "a-", "a.", "\ufdfa"],
)
def test_search_analyses_a_text_in_as_long_as_the_text_is(shape: str) -> None:
    assert_grows_with_length_alone(indexed, shape, 6_000)


def test_the_longest_text_without_spaces_is_analysed_while_others_wait_for_a_moment() -> None:
    every_sign = "".join(map(chr, range(0x4E00, 0x9FA5)))
    took = seconds(indexed, (every_sign * 24)[: LONGEST - 10_000])
    same_in_latin = seconds(indexed, " ".join(f"word{number}x" for number in range(LONGEST // 10)))
    assert took < 8 * same_in_latin  # pairs of signs are as many terms as five times the words


@pytest.mark.parametrize(
    ("tag", "within"), list(product(sorted(TAGS - VOID), ["", "<p>a", "<table><tr><td>"]))
)
def test_nothing_nested_grows_beyond_its_length_in_depth_or_size(tag, within):
    text = f"<{tag}>{within}" * 500 + "x"
    clean = sanitise(text)
    assert clean.count("<") < 40 * 500
    assert sanitiser.without_tags(clean).rstrip().endswith("x")
    assert safe(clean) == clean
