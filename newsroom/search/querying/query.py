"""Parses what a person typed: words, "phrases", -exclusions, OR, and beginnings*."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..analysis import compounds, text

MOST_UNITS = 32  # words and phrases of one query; what follows is left out
SHORTEST_BEGINNING = 2  # characters before a *
SHORTEST_UNFINISHED = 4  # characters of a last word that may be the beginning of one

QUOTES = str.maketrans(dict.fromkeys("“”„«»‟〝〞＂", '"') | {"－": "-", "–": "-", "−": "-", "＊": "*"})
# A comma separates words as a space does, except within a number.
COMMAS = ",;،؛、，；"
# A telephone number is written in groups: (021) 555 111, +856 21 555-111
PIECE = re.compile(
    r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"'
    rf'|(?P<number>(?<![^\s-])[+(]{{0,2}}\d+(?:{compounds.BETWEEN}\d+)+(?=[\s"{COMMAS}]|\Z))'
    rf'|(?P<word>(?:[^\s"{COMMAS}]|(?<=\d),(?=\d))+))'
)
WORD_PIECE = re.compile(PIECE.pattern.replace("(?P<number>", "(?P<number>(?!)"))
OR_FOLLOWS = re.compile(r"\s+(?:OR|\|)(?!\S)")


@dataclass(frozen=True)
class Unit:
    """A word or a phrase, and the sequences of terms that stand for it in a document of each language."""

    typed: str
    forms: tuple[text.Form, ...]
    is_phrase: bool = False
    is_beginning: bool = False

    @property
    def sequences(self) -> tuple[tuple[str, ...], ...]:
        """Return every sequence of terms that stands for it, each once."""
        return tuple(dict.fromkeys(terms for _language, terms in self.forms))

    def sequences_in(self, language: str) -> list[tuple[str, ...]]:
        """Return the sequences of terms that stand for it in a text of this language."""
        return [terms for of, terms in self.forms if of == text.base_language(language)]

    @property
    def is_one_term(self) -> bool:
        """Return whether it is a word of a script with spaces, not a phrase."""
        return not self.is_phrase and all(len(terms) == 1 for terms in self.sequences)

    @property
    def is_slight(self) -> bool:
        """Return whether it is a stop word, which a query with other words does without."""
        return not self.is_phrase and text.fold(self.typed) in text.SLIGHT


@dataclass(frozen=True)
class Query:
    """A document must hold one unit of each group, or of as many groups as `least` says, and none of the excluded."""

    typed: str = ""
    groups: tuple[tuple[Unit, ...], ...] = ()
    excluded: tuple[Unit, ...] = ()
    was_cut: bool = False
    least: int = 0  # groups; 0: all of them
    units: tuple[Unit, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(unit for group in self.groups for unit in group))

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def ways(self) -> list[tuple[tuple[Unit, ...], ...]]:
        """Return the choices of groups of which a document must hold one whole."""
        return list(itertools.combinations(self.groups, self.least or len(self.groups)))

    def replacing(self, changed: Mapping[Unit, Unit], typed: str | None = None) -> "Query":
        """Return the query with some units replaced, {old: new}."""
        groups = tuple(tuple(changed.get(unit, unit) for unit in group) for group in self.groups)
        return replace(self, typed=self.typed if typed is None else typed, groups=groups)


def parse(typed: str) -> Query:
    """Return what was typed as a query; every text can be parsed, if only to an empty query."""
    typed = unicodedata.normalize("NFC", typed).translate(QUOTES)
    groups: list[list[Unit]] = []
    excluded: list[Unit] = []
    count, joins = 0, False
    for match in _pieces(typed):
        if match["word"] in {"OR", "|"} and groups and not match["minus"]:
            joins = True
            continue
        if match["word"] == "AND":
            continue
        is_alternative = joins or match["minus"] or OR_FOLLOWS.match(typed, match.end())
        for unit in [_unit(match)] if is_alternative else _units(match):
            if unit is None:
                continue
            count += 1
            if count > MOST_UNITS:
                return Query(typed, _telling(groups), tuple(excluded), was_cut=True)
            if match["minus"]:
                excluded.append(unit)
            elif joins:
                groups[-1].append(unit)
            else:
                groups.append([unit])
            joins = False
    return Query(typed, _telling(groups), tuple(excluded))


def _pieces(typed: str) -> Iterator[re.Match[str]]:
    """Yield the pieces of a query; digits in groups that are no telephone number are words of their own."""
    position = 0
    while match := PIECE.search(typed, position):
        if match["number"] and not compounds.is_number(match["number"]):
            match = WORD_PIECE.search(typed, position) or match  # a digit always begins a word
        yield match
        position = match.end()


def _units(match: re.Match[str]) -> Iterator[Unit | None]:
    """Yield the units of a piece: two of 2000年, whose last character may form a pair with the one after it."""
    parts = text.PIECES.findall(match["word"] or "")
    if len(parts) > 1 and any(len(part) == 1 and text.HAS_SPACELESS.match(part) for part in parts):
        for part in parts:
            yield _word(part)
    else:
        yield _unit(match)


def _unit(match: re.Match[str]) -> Unit | None:
    """Return the unit of a piece, or None where it holds no letter and no digit."""
    if match["phrase"] is not None:
        forms = text.forms(match["phrase"])
        if (joined := compounds.without_hyphens(match["phrase"])) != match["phrase"]:
            forms += text.forms(joined)
        return Unit(match["phrase"], forms, is_phrase=True) if forms else None
    return _word(match["number"] or match["word"])


def _word(word: str) -> Unit | None:
    """Return the unit of a word, or None where it holds no letter and no digit."""
    forms = text.forms(word)
    if not forms:
        return None
    if joined := compounds.joined(word):
        forms += text.forms(joined)
    begins = len(word) > SHORTEST_BEGINNING and word.endswith("*") and word[-2].isalnum()
    return Unit(word.rstrip("*"), forms, is_beginning=begins)


def _telling(groups: list[list[Unit]]) -> tuple[tuple[Unit, ...], ...]:
    """Return the groups without stop words, unless there are no others."""
    kept = [tuple(group) for group in groups if not all(unit.is_slight for unit in group)]
    return tuple(kept) or tuple(map(tuple, groups))
