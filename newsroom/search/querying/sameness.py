"""Words that mean the same, from the list that editors keep: whoever asks for one finds the others too."""

from collections.abc import Iterator
from dataclasses import replace

from newsroom.pagecache.once import once

from ..analysis import text
from ..models import SameWords
from .query import Query, Unit, parse

LONGEST = 5  # words of a query that stand for one meaning
type Terms = tuple[str, tuple[str, ...]]  # a language, and the terms of the telling words in it


def with_same(query: Query) -> tuple[Query, tuple[str, ...]]:
    """Return the query with the words that mean the same as alternatives, and these words as editors wrote them."""
    lists = once("words that mean the same", _lists)
    if not lists:
        return query, ()
    groups, also = list(query.groups), dict[str, None]()
    for first, last, others in _found(query, lists):
        for unit in others:
            also[unit.typed] = None
            # (A and B) or C is (A or C) and (B or C).
            for place in range(first, last):
                if unit not in groups[place]:
                    groups[place] = (*groups[place], unit)
    return (replace(query, groups=tuple(groups)), tuple(also)) if also else (query, ())


def _found(query: Query, lists: dict[Terms, list[Unit]]) -> Iterator[tuple[int, int, list[Unit]]]:
    """Yield (first group, the one after the last, units that mean the same) of what a list names in the query."""
    languages = {language for language, _terms in lists}
    for first in range(len(query.groups)):
        for last in range(first + 1, min(first + LONGEST, len(query.groups)) + 1):
            group = query.groups[last - 1]
            if len(group) != 1 or group[0].is_phrase or group[0].is_beginning:
                break
            for language in languages:
                if others := lists.get((language, _terms(query.groups[first:last], language))):
                    yield first, last, others


def _terms(groups: tuple[tuple[Unit, ...], ...], language: str) -> tuple[str, ...]:
    found = (group[0].sequences_in(language)[:1] for group in groups)
    return tuple(term for sequences in found for sequence in sequences for term in sequence)


def _lists() -> dict[Terms, list[Unit]]:
    """Return, for the terms of each word or group of words in the lists, the units that mean the same."""
    found: dict[Terms, list[Unit]] = {}
    for row in SameWords.objects.all():
        language = text.base_language(row.language)
        for words in row.groups:
            units = {word: unit for word in words if (unit := _unit(word))}
            for word in units:
                terms = _terms(parse(word).groups, language)
                others = [unit for other, unit in units.items() if other != word]
                found.setdefault((language, terms), []).extend(others)
    found.pop(("", ()), None)
    return found


def _unit(words: str) -> Unit | None:
    """Return one word as a unit, or several as a phrase; None where they hold no letter."""
    query = parse(words)
    if len(query.units) == 1 and " " not in words:
        return query.units[0]
    phrase = parse(f'"{words}"')
    return phrase.units[0] if phrase.units else None
