"""A word or a phrase that is looked for in texts, in clear or by the hash that a ledger keeps of it."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from html.entities import codepoint2name
from typing import Any, Protocol

from newsroom.search.analysis.text import fold

from ..words import WORD, knows_no_spaces, texts_in, words_of

COVER = "█"
MOST_WORDS = 8  # of a phrase
LEAST_LETTERS = 2
# What can stand between two words of a phrase; atomic, or many tags could be read in too many ways.
BETWEEN = r"(?>%[0-9A-Fa-f]{2}|<[^<>]*>|&[a-z0-9#]+;|[\W_])+?"
BEFORE = r"(?:(?<!\w)|(?<=%[0-9A-Fa-f]{2}))"  # nothing that belongs to the word


class Wanted(Protocol):
    """Something that finds itself in texts."""

    def found_in(self, text: str) -> set[str]:
        """Return what of it a text holds: phrases as they stand there, each word with a space between."""


class Phrase:
    """A phrase as somebody typed it; case, accents and mark-up make no difference."""

    def __init__(self, typed: str) -> None:
        self.words = words_of(typed)
        self.joined = "".join(self.words)
        self.is_spaceless = knows_no_spaces(self.joined)

    @property
    def problem(self) -> bool:
        """Return whether it is too short, or too long, to be looked for."""
        return len(self.joined) < LEAST_LETTERS or len(self.words) > MOST_WORDS

    @property
    def subject(self) -> str:
        """Return by what the ledger knows it."""
        return f"word {self.joined}" if self.is_spaceless else f"words {' '.join(self.words)}"

    @property
    def details(self) -> dict[str, object]:
        """Return its length, which tells a restore what to hash."""
        return {"characters": len(self.joined)} if self.is_spaceless else {"words": len(self.words)}

    def found_in(self, text: str) -> set[str]:
        """Return it as it stands in a text."""
        found = set()
        for part in texts_in(text):
            if self.joined not in fold(part):
                continue
            if self.is_spaceless:
                found |= {raw for raw in _windows_of(part, len(self.joined)) if fold(raw) == self.joined}
            else:
                found |= {raw for raw, folded in _phrases(part, len(self.words)) if folded == self.words}
        return found


class Hashed:
    """Phrases of which only the keyed hash is known, with the length that stands beside it."""

    def __init__(self, hashed: Callable[[str], str]) -> None:
        self.hashed = hashed
        self.by_words: dict[int, set[str]] = defaultdict(set)
        self.by_characters: dict[int, set[str]] = defaultdict(set)

    def add(self, subject: str, details: dict[str, Any]) -> None:
        """Look for one more."""
        if "characters" in details:
            self.by_characters[int(details["characters"])].add(subject)
        else:
            self.by_words[int(details["words"])].add(subject)

    def found_in(self, text: str) -> set[str]:
        """Return which of them stand in a text, as they stand there."""
        found = set()
        for part in texts_in(text):
            for length, subjects in self.by_words.items():
                known: dict[tuple[str, ...], bool] = {}
                for raw, folded in _phrases(part, length):
                    key = tuple(folded)
                    if key not in known:
                        known[key] = self.hashed(f"words {' '.join(folded)}") in subjects
                    if known[key]:
                        found.add(raw)
            for length, subjects in self.by_characters.items():
                found |= {
                    raw
                    for raw in set(_windows_of(part, length))
                    if self.hashed(f"word {fold(raw)}") in subjects
                }
        return found


def _phrases(text: str, length: int) -> Iterator[tuple[str, list[str]]]:
    """Yield every run of so many words, as they stand there and folded."""
    pairs = [(run, folded) for run in WORD.findall(text) if (folded := fold(run))]
    for start in range(len(pairs) - length + 1):
        some = pairs[start : start + length]
        yield " ".join(raw for raw, _folded in some), [folded for _raw, folded in some]


def _windows_of(text: str, length: int) -> Iterator[str]:
    """Yield every run of so many letters, without what stands between them."""
    letters = [letter for letter in text if fold(letter)]
    for start in range(len(letters) - length + 1):
        yield "".join(letters[start : start + length])


def covered(text: str, found: Iterable[str]) -> str:
    """Return a text with a block in the place of each phrase that was found in it."""
    # The longest first: a letter whose accent stands behind it before the bare one.
    for phrase in sorted(found, key=len, reverse=True):
        if knows_no_spaces(phrase):
            pattern = r"(?:\s|[\u200b-\u200f]|<[^<>]*>)*?".join(map(_written, phrase))
        else:
            inner = r"(?:<[^<>]*>)*".join
            pattern = BETWEEN.join(inner(map(_written, word)) for word in phrase.split(" "))
            pattern = rf"{BEFORE}{pattern}(?!\w)"
        text = re.sub(pattern, COVER, text)
    return text


def _written(letter: str) -> str:
    """Return a pattern of a letter as it stands in a text, in an address (RFC 3986, 2.1) or as a reference of HTML."""
    octets = "".join(f"%{octet:02x}" for octet in letter.encode())
    names = [f"{name};" for name in (codepoint2name.get(ord(letter)),) if name]
    references = "|".join([f"#0*{ord(letter)};", f"#[xX]0*(?i:{ord(letter):x});", *names])
    return rf"(?:{re.escape(letter)}|(?i:{octets})|&(?:{references}))"


def leaves(value: Any) -> Iterator[str]:  # Any: of JSON
    """Yield every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)


def covered_in(value: Any, found: Iterable[str]) -> Any:  # Any: of a column
    """Return what a column holds with each phrase covered, where it is JSON in each of its texts."""
    if isinstance(value, str):
        if value[:1] in {"{", "["}:
            with suppress(ValueError):
                return json.dumps(covered_in(json.loads(value), found), ensure_ascii=False)
        return covered(value, found)
    if isinstance(value, dict):
        return {name: covered_in(one, found) for name, one in value.items()}
    return [covered_in(one, found) for one in value] if isinstance(value, list) else value


def texts_of(value: Any) -> Iterator[str]:  # Any: of a column
    """Yield the texts in what a column holds: JSON in text is read."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        with suppress(ValueError):
            value = json.loads(value)
    yield from leaves(value)
