"""Sentences of need: whoever types that they need help is shown the way to it before anything else.

A line of the list is recognised by its words and their stems, in any order. Nothing typed is kept, counted or logged.
"""

import re
from typing import NamedTuple

from newsroom.pagecache.once import once

from ..analysis import text
from ..analysis.english import with_negations_apart
from ..models import NeedList

type Lines = dict[str, list[tuple["Slot", ...]]]  # by language
APOSTROPHES = re.compile("[’‘ʼ`´]")


class Slot(NamedTuple):
    """What has to stand at one place of a line: one of these terms, or one of these sequences of several."""

    terms: frozenset[str]
    sequences: tuple[str, ...]

    def is_in(self, terms: frozenset[str], sequence: str) -> bool:
        """Return whether a text holds it, given its terms and their sequence."""
        return not self.terms.isdisjoint(terms) or any(one in sequence for one in self.sequences)


def is_need(asked: str) -> bool:
    """Return whether somebody who types this asks for help."""
    for language, lines in once("sentences of need", _lines).items():
        sequence = _sequence(asked, language)
        terms = frozenset(sequence.split())
        if any(all(slot.is_in(terms, sequence) for slot in line) for line in lines):
            return True
    return False


def _lines() -> Lines:
    """Return the lines of every list, as terms."""
    found: Lines = {}
    for row in NeedList.objects.all():
        lines = [tuple(_slots(line, row.language)) for line in row.sentences.splitlines()]
        found.setdefault(row.language, []).extend(line for line in lines if line)
    return found


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
