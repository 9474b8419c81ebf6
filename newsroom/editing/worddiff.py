"""Two texts compared by word, a line at a time, as people read them."""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

SAME, GONE, NEW = "same", "gone", "new"
# Pairs of words or lines, about a second of work; more are shown as gone and new.
MOST_COMPARED = 1_000_000
ALIKE = 0.3  # share of two lines that is the same, from which on they are compared by word
# Scripts that write no spaces between words: each letter counts as one.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


class Line(NamedTuple):
    """One line of a text, such as a paragraph, and what kind of line it is: 'p', 'h2', 'li', 'picture' …"""

    kind: str
    text: str


class Piece(NamedTuple):
    """Words that both texts have, or only the old or the new one."""

    state: str
    text: str

    @property
    def tag(self) -> str:
        """Return the element of HTML that says so; none for words that both have."""
        return {GONE: "del", NEW: "ins"}.get(self.state, "")


class ComparedLine(NamedTuple):
    """A line of either text or of both, in pieces."""

    kind: str
    pieces: list[Piece]

    @property
    def is_same(self) -> bool:
        """Return whether both texts have it."""
        return all(piece.state == SAME for piece in self.pieces)

    def of(self, state: str) -> list[Piece]:
        """Return the pieces that one of the texts has: GONE for the old one, NEW for the new one."""
        return [piece for piece in self.pieces if piece.state in {SAME, state}]

    @property
    def of_stored(self) -> list[Piece]:
        """Return the pieces of the old text, for templates."""
        return self.of(GONE)

    @property
    def of_typed(self) -> list[Piece]:
        """Return the pieces of the new text, for templates."""
        return self.of(NEW)


@cache
def _word() -> re.Pattern[str]:
    """Return a pattern of words with their marks, of spaces, and of other characters."""
    categories = {"Mn", "Mc", "Me"}
    marks = "".join(char for char in map(chr, range(0x20000)) if unicodedata.category(char) in categories)
    return re.compile(rf"[{UNSPACED}][{marks}]*|(?:(?![{UNSPACED}])\w[{marks}]*)+|\s+|.", re.DOTALL)


def plain_lines(text: str) -> list[Line]:
    """Return a text without mark-up as lines."""
    return [Line("p", line) for line in text.splitlines()]


def compared(old: list[Line], new: list[Line]) -> list[ComparedLine]:
    """Return the lines of both texts in order: first what is gone, then what is new in its place."""
    found: list[ComparedLine] = []
    left = MOST_COMPARED
    for tag, olds, news in _blocks(old, new):
        if tag == "equal":
            found += [ComparedLine(line.kind, [Piece(SAME, line.text)]) for line in news]
            continue
        shared = min(len(olds), len(news))
        for one, other in zip(olds[:shared], news[:shared], strict=True):
            words = [_word().findall(line.text) for line in (one, other)] if left > 0 else [[], []]
            left -= len(words[0]) * len(words[1])
            found += _line(one, other, *words) if left > 0 else _apart(one, other)
        found += [ComparedLine(line.kind, [Piece(GONE, line.text)]) for line in olds[shared:]]
        found += [ComparedLine(line.kind, [Piece(NEW, line.text)]) for line in news[shared:]]
    return found


def as_sets(old: list[Line], new: list[Line]) -> list[ComparedLine]:
    """Return lines in any order, such as names: those of the old text, then what is new."""
    lines = [ComparedLine(one.kind, [Piece(SAME if one in new else GONE, one.text)]) for one in old]
    return lines + [ComparedLine(one.kind, [Piece(NEW, one.text)]) for one in new if one not in old]


def _blocks[T](old: list[T], new: list[T]) -> Iterator[tuple[str, list[T], list[T]]]:
    """Yield the equal and the different stretches of two lists; too long ones as one that differs."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "equal", old[:start], new[:start]
    olds, news = old[start : len(old) - end], new[start : len(new) - end]
    if len(olds) * len(news) > MOST_COMPARED:
        yield "replace", olds, news
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
            yield tag, olds[i1:i2], news[j1:j2]
    if end:
        yield "equal", old[-end:], new[-end:]


def _line(old: Line, new: Line, olds: list[str], news: list[str]) -> list[ComparedLine]:
    """Return two lines that stand in the same place as one by words, or as two where little is the same."""
    pieces: list[Piece] = []
    same = 0
    for tag, ones, others in _blocks(olds, news):
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(others)))
            same += sum(len(word) for word in others if not word.isspace())
            continue
        pieces += [Piece(GONE, "".join(ones))] if ones else []
        pieces += [Piece(NEW, "".join(others))] if others else []
    longest = max(sum(len(word) for word in words if not word.isspace()) for words in (olds, news))
    if old.kind == new.kind and (not longest or same / longest >= ALIKE):
        return [ComparedLine(new.kind, pieces)]
    return _apart(old, new)


def _apart(old: Line, new: Line) -> list[ComparedLine]:
    return [
        ComparedLine(old.kind, [Piece(GONE, old.text)]),
        ComparedLine(new.kind, [Piece(NEW, new.text)]),
    ]
