"""The texts that stopped every writer of the site, in full size, and the largest that an editor may save."""

import time

import pytest

from newsroom.richtext import sanitiser
from newsroom.richtext.limits import LONGEST, MOST_ELEMENTS
from newsroom.richtext.renderings import plain_text, rendered
from newsroom.richtext.sanitiser import sanitise

BOMBS = {
    "breaks": "<p>" + "<br>" * 45_000,
    "emphasis and paragraphs": "<em><p>" * 7_000,
    "headings": "<h2>" * 50_000,
    "headings with words": "<h2>a</h2>" * 20_000,
    "boxes": "<div>" * 40_000,
    "ampersands": "&" * 800_000,
    "lists": "<ul><li>a" * 20_000,
    "tables": "<table>a<tr>b" * 20_000,
    "fonts": "".join(f"<font size={number}><p>a" for number in range(10_000)),
    "links": "".join(f'<a href="/{number}"><p>a' for number in range(10_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_seconds_and_no_more_room_than_its_own(name):
    start = time.monotonic()
    clean = sanitise(BOMBS[name])
    plain_text(clean)
    rendered(clean, {})
    assert time.monotonic() - start < 15
    assert len(clean) < 12 * len(BOMBS[name])


def test_the_largest_text_that_may_be_saved_takes_a_few_seconds():
    text = "<p>a <em>b</em></p>" * (MOST_ELEMENTS // 2 - 1)
    text += "<p>" + "word " * ((LONGEST - len(text) - 20) // 5) + "</p>"
    start = time.monotonic()
    assert not sanitiser.problem_of(text)
    assert time.monotonic() - start < 10
