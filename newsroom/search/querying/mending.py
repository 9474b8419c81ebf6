"""Reads a query otherwise that finds nothing as it is typed: beginnings, mended words, some of its words."""

import datetime
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..analysis import compounds, text
from ..index import store
from . import listed, sameness, spelling
from .matching import is_found, number
from .query import SHORTEST_UNFINISHED, Query, Unit, parse

MOST_MENDED = 8  # words of a query
MOST_COMBINED = 8  # words, of which some are enough
SHORTEST_RUN_TOGETHER = 7  # letters of two words without their space
SHORTEST_PART = 3
SHORTEST_DOUBTED = 8  # letters of a word that is found, and yet taken for a slip
TIMES_MORE = 3  # as many documents as the doubted word has
SHORTEST_HALF = 3  # characters of a script without spaces


@dataclass(frozen=True)
class Reading:
    """How a query was understood, and what the page says of it."""

    query: Query | None = None  # what is searched for; None: nothing stands for it
    as_beginning: str = ""  # the last word, where it was taken as the beginning of words
    corrected: str = ""  # the words that were looked for, where some were mended
    suggestion: str = ""  # words that find something, where nobody can be sure that they are meant
    missing: tuple[str, ...] = ()  # words that no document holds, which were left out
    least: int = 0  # words of which each result holds as many; 0: all
    in_part: str = ""  # the word in a script without spaces of which results hold a half


class Mend(NamedTuple):
    """What stands for a word, and whether it can do so without asking."""

    words: str
    is_sure: bool


def completed(query: Query) -> Query:
    """Return the query with each beginning* completed to words of documents."""
    changed = {
        unit: replace(unit, forms=unit.forms + spelling.completions(unit.typed))
        for unit in query.units
        if unit.is_beginning
    }
    return query.replacing(changed) if changed else query


def as_beginning(query: Query) -> Query | None:
    """Return the query with its last word as the beginning of words, or None."""
    last = query.groups[-1][-1]
    if not last.is_one_term or last.is_beginning or len(last.typed) < SHORTEST_UNFINISHED:
        return None
    forms = spelling.completions(last.typed)
    return query.replacing({last: replace(last, forms=last.forms + forms)}) if forms else None


def unfinished(query: Query, now: datetime.datetime) -> str:
    """Return the text of the query with its last word as a beginning*, where that finds more; else nothing."""
    other = as_beginning(query)
    if other is None or not query.typed.endswith(query.units[-1].typed):
        return ""
    with store.current().reading():
        return f"{query.typed}*" if number(other, now) > number(query, now) else ""


def otherwise(query: Query, now: datetime.datetime) -> Reading:
    """Return how to read a query that finds nothing."""
    other = as_beginning(query)
    if other is not None and is_found(other, now):
        return Reading(other, as_beginning=other.units[-1].typed)
    mended, is_sure = _mended(query, now)
    suggestion = ""
    if mended.typed != query.typed and is_found(mended, now):
        # Words that stand together in a document bear each other out.
        if is_sure or len(mended.groups) > 1:
            return Reading(mended, corrected=mended.typed)
        suggestion = mended.typed
    base = mended if is_sure and mended.typed != query.typed else query
    found = _in_part(base, now) or _with_some(base, now) or Reading()
    corrected = base.typed if base is not query and found.query else ""
    return replace(found, corrected=corrected, suggestion=suggestion)


def misspelt(query: Query, now: datetime.datetime) -> Reading | None:
    """Return the reading of a query that finds something by the stem of a word that is a slip of a far commoner one."""
    typed = _without_doubted(query)
    if typed == query.typed:
        return None
    other = parse(typed)
    if number(other, now) < TIMES_MORE * number(query, now):
        return None
    return Reading(other, corrected=typed)


def _may_be_doubted(unit: Unit) -> bool:
    word = text.fold(unit.typed)
    return unit.is_one_term and not unit.is_beginning and len(word) >= SHORTEST_DOUBTED and word.isalpha()


def _meant(unit: Unit) -> str:
    """Return the word that a doubted one is one slip away from, or nothing where it is a form of a known word."""
    word = text.fold(unit.typed)
    near = spelling.nearest(word) if word not in listed.words() else []
    if any(set(text.forms(one)) & set(unit.forms) for one in near):
        return ""
    same_ends = [one for one in near[:1] if one[0] == word[0] and one[-1] == word[-1]]
    return next((one for one in same_ends if spelling.slips(word, one, 1) == 1), "")


def _mended(query: Query, now: datetime.datetime) -> tuple[Query, bool]:
    """Return the query with words mended that are in no document, and whether the mends are surely meant."""
    typed, is_sure = query.typed, True
    for unit in query.units[:MOST_MENDED]:
        if unit.is_phrase or unit.is_beginning or is_found(Query(groups=((unit,),)), now):
            continue
        if mend := _mend(unit, now):
            typed = _replaced(typed, unit, mend.words)
            is_sure = is_sure and mend.is_sure
    if typed == query.typed:
        typed = _joined(query, now) or _without_doubted(query)
    return (completed(parse(typed)), is_sure) if typed != query.typed else (query, True)


def _without_doubted(query: Query) -> str:
    """Return the text of a query with words mended that are found by their stem alone."""
    typed = query.typed
    doubted = [unit for unit in query.units[:MOST_MENDED] if _may_be_doubted(unit)]
    known = spelling.known(text.fold(unit.typed) for unit in doubted) if doubted else {}
    for unit in doubted:
        if text.fold(unit.typed) not in known and (mend := _meant(unit)):
            typed = _replaced(typed, unit, mend)
    return typed


def _mend(unit: Unit, now: datetime.datetime) -> Mend | None:
    """Return what stands for a word that no document holds: another form, its parts, or the word most like it."""
    if apart := compounds.apart(unit.typed):
        return Mend(apart, is_sure=True)
    word = text.fold(unit.typed)
    if not unit.is_one_term or not word.isalpha():
        return None
    for kin in spelling.kin(word):
        if _finds(kin, now):
            return Mend(kin, is_sure=True)
    near = [] if word in listed.words() else spelling.nearest(unit.typed)
    close = [one for one in near if spelling.slips(word, one, 1) == 1 and len(word) >= spelling.SURE]
    for one in close:
        if _finds(one, now):
            return Mend(one, is_sure=True)
    if parts := _run_together(word, now):
        return Mend(parts, is_sure=True)
    for one in near:
        if _finds(one, now):
            return Mend(one, spelling.is_surely_meant(unit.typed, one))
    return None


def _finds(word: str, now: datetime.datetime) -> bool:
    return is_found(parse(word), now)


def _run_together(word: str, now: datetime.datetime) -> str:
    """Return the two words of documents that a word consists of, or nothing."""
    if len(word) < SHORTEST_RUN_TOGETHER:
        return ""
    cuts = [(word[:at], word[at:]) for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)]
    known = spelling.known(itertools.chain(*cuts))
    both = [cut for cut in cuts if cut[0] in known and cut[1] in known]
    both.sort(key=lambda cut: -min(known[cut[0]], known[cut[1]]))
    one = [cut for cut in cuts if (cut[0] in known) != (cut[1] in known)]
    for left, right in [*both, *one]:
        if _finds(left, now) and _finds(right, now):
            return f"{left} {right}"
    return ""


def _joined(query: Query, now: datetime.datetime) -> str:
    """Return the text of a query with two neighbours written as the one word that documents have, or nothing."""
    words = [group[0] for group in query.groups if len(group) == 1 and group[0].is_one_term]
    pairs = {
        f"{text.fold(first.typed)}{text.fold(second.typed)}": (first, second)
        for first, second in itertools.pairwise(words[:MOST_MENDED])
        if re.search(rf"{re.escape(first.typed)}\s+{re.escape(second.typed)}", query.typed)
    }
    known = spelling.known(pairs) if pairs else {}
    for joined, (first, second) in pairs.items():
        if joined in known and _finds(joined, now):
            between = rf"{re.escape(first.typed)}\s+{re.escape(second.typed)}"
            return re.sub(between, lambda _match, word=joined: word, query.typed, count=1)  # type: ignore[misc]
    return ""


def _replaced(typed: str, unit: Unit, words: str) -> str:
    """Return a query's text with a word replaced wherever it stands by itself."""
    return re.sub(rf"(?<!\w){re.escape(unit.typed)}(?!\w)", lambda _match: words, typed)


def _in_part(query: Query, now: datetime.datetime) -> Reading | None:
    """Return the query with a half of each word in a script without spaces that is found nowhere, or None.

    One slip leaves the first half or the second whole.
    """
    changed: dict[Unit, Unit] = {}
    for unit in query.units[:MOST_MENDED]:
        word = unit.typed
        if unit.is_phrase or not text.SPACELESS_WORD.fullmatch(word) or len(word) < 2 * SHORTEST_HALF:
            continue
        if not is_found(Query(groups=((unit,),)), now):
            halves = text.forms(word[: len(word) // 2]) + text.forms(word[len(word) // 2 :])
            changed[unit] = replace(unit, forms=halves)
    other = query.replacing(changed)
    if not changed or not is_found(other, now):
        return None
    return Reading(other, in_part=next(iter(changed)).typed)


def _with_some(query: Query, now: datetime.datetime) -> Reading | None:
    """Return the query as one of which a document must hold as many words as any does, or None."""
    if len(query.groups) < 2:
        return None
    wide = sameness.with_same(query)[0]  # as it will be searched for
    there = [
        place
        for place, group in enumerate(wide.groups[:MOST_COMBINED])
        if is_found(Query(groups=(group,)), now)
    ]
    groups = tuple(query.groups[place] for place in there)
    tried = query.groups[:MOST_COMBINED]
    missing = tuple(" / ".join(unit.typed for unit in group) for group in tried if group not in groups)
    for least in _steps(len(groups) if missing else len(groups) - 1):
        some = replace(wide, groups=tuple(wide.groups[place] for place in there), least=least)
        if is_found(some, now):
            return Reading(
                replace(query, groups=groups, least=least),
                missing=missing,
                least=0 if least == len(groups) else least,
            )
    return None


def _steps(most: int) -> Iterator[int]:
    """Yield how many words to ask for, from the most to 1: each number of few words, some numbers of many."""
    yield from (least for least in range(most, 0, -1) if most <= 5 or least in {most, most - 1, most // 2, 1})
