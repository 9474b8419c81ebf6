"""Sentences of need: whoever types that they need help is shown the way to it before anything else.

A line of the list is recognised by its words and their stems, in any order, with a slip in each that no document holds.
Nothing typed is kept, counted or logged.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from newsroom.pagecache.once import once

from ..analysis import text
from ..analysis.english import with_negations_apart
from ..models import NeedList
from . import spelling

APOSTROPHES = re.compile("[’‘ʼ`´]")
MOST_MENDED = 30  # words
SHORTEST = 3  # letters of a word that can be a slip


class Slot(NamedTuple):
    """What has to stand at one place of a line: one of these terms, or one of these sequences of several."""

    terms: frozenset[str]
    sequences: tuple[str, ...]

    def is_in(self, terms: frozenset[str], sequence: str) -> bool:
        """Return whether a text holds it, given its terms and their sequence."""
        return not self.terms.isdisjoint(terms) or any(one in sequence for one in self.sequences)


class Needs(NamedTuple):
    """The lines of a language, and their words by first letter and length."""

    language: str
    lines: list[tuple[Slot, ...]]
    words: dict[tuple[str, int], set[str]]

    def are_in(self, asked: str) -> bool:
        """Return whether a text holds a line."""
        sequence = _sequence(asked, self.language)
        terms = frozenset(sequence.split())
        return any(all(slot.is_in(terms, sequence) for slot in line) for line in self.lines)

    def meant(self, word: str) -> str:
        """Return the word of a line that this one is a slip away from; nothing where it is one of them, or like none."""
        if len(word) < SHORTEST or word in self.words.get((word[0], len(word)), ()):
            return ""
        near = [
            other
            for letter in dict.fromkeys(word[:2])
            for length in (len(word), len(word) + 1, len(word) - 1)
            for other in sorted(self.words.get((letter, length), ()))
            if _is_slip(word, other)
        ]
        return near[0] if near else ""


def is_need(asked: str) -> bool:
    """Return whether somebody who types this asks for help."""
    lists = once("sentences of need", _lists)
    return any(one.are_in(asked) for one in lists) or any(
        one.are_in(mended) for one, mended in _mended(asked, lists)
    )


def _mended(asked: str, lists: list[Needs]) -> Iterator[tuple[Needs, str]]:
    """Yield the text for each list that has a word that one of its words may be meant for."""
    words = {text.fold(run) for run in text.RUN.findall(asked)[:MOST_MENDED]}
    meant = {
        one.language: {word: other for word in words if word.isalpha() and (other := one.meant(word))}
        for one in lists
    }
    doubted = {word for of_language in meant.values() for word in of_language}
    right = spelling.known(doubted) if doubted else {}
    for one in lists:
        mends = {word: other for word, other in meant[one.language].items() if word not in right}
        if mends:
            yield one, text.RUN.sub(partial(_replaced, mends), asked)


def _replaced(mends: dict[str, str], run: re.Match[str]) -> str:
    return mends.get(text.fold(run[0]), run[0])


def _is_slip(word: str, other: str) -> bool:
    """Return whether one slip lies between two words: in short ones a swap or a letter less, and none in the first."""
    if len(word) <= spelling.SHORTEST and len(other) != len(word) + 1 and sorted(word) != sorted(other):
        return False
    is_begun_alike = word[0] == other[0] or sorted(word[:2]) == sorted(other[:2])
    return is_begun_alike and spelling.is_one_slip(word, other)


def _lists() -> list[Needs]:
    """Return the lines of every list, as terms."""
    found: dict[str, Needs] = {}
    for row in NeedList.objects.all():
        one = found.setdefault(row.language, Needs(row.language, [], defaultdict(set)))
        one.lines.extend(
            filter(None, (tuple(_slots(line, row.language)) for line in row.sentences.splitlines()))
        )
        for run in text.RUN.findall(row.sentences.replace("_", " ")):
            for word in _forms(text.fold(run), row.language):
                one.words[word[0], len(word)].add(word)
    return list(found.values())


def _forms(word: str, language: str) -> list[str]:
    """Return what a slip in a word of a list is looked for in: the word, and in English the one with an s."""
    if len(word) < spelling.SHORTEST or not word.isalpha():
        return []
    return [word, f"{word}s"] if language == "en" else [word]


def _slots(line: str, language: str) -> list[Slot]:
    """Return what a line asks for; a word that says little is left out, unless it is one of several."""
    slots = []
    for word in line.split():
        if "/" not in word and text.fold(word) in text.SLIGHT:
            continue
        sequences = [_sequence(one.replace("_", " "), language) for one in word.split("/")]
        single = frozenset(one.strip() for one in sequences if len(one.split()) == 1)
        several = tuple(one for one in sequences if len(one.split()) > 1)
        if single or several:
            slots.append(Slot(single, several))
    return slots


def _sequence(words: str, language: str) -> str:
    """Return the terms of words with a space around each."""
    plain = APOSTROPHES.sub("'", words)
    if language == "en":
        plain = with_negations_apart(plain)
    return text.sequence(text.analysed(plain, language)[0])
