"""Words with hyphens, and numbers in groups, as the one word that others write: anti-trafficking, 021 555 111.

A text holds their parts as terms in its sequence, and what they become without hyphens beside it. A query for either
spelling finds both.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from . import text

HYPHENS = "\u002d\u2010\u2011"
MOST_PARTS = 6  # of a word, and groups of a number: what has more is a list, or a table of figures
DIGITS_OF_NUMBER = range(5, 16)  # that a telephone number has, with its country code
LONGEST = 60  # characters of a part of a word before its hyphen that are looked at

WORD = rf"[^\W_](?:[^\W_]|[{text.MARKS}{text.UNSEEN}])*"
HYPHEN = re.compile(rf"[{HYPHENS}](?=[^\W_])")
HYPHENATED = re.compile(rf"{WORD}(?:[{HYPHENS}]{WORD})+")
PART = re.compile(WORD)
# What stands between two groups of a telephone number: 021 555-111, (021) 555.111, 021/555111
BETWEEN = r"(?:[ \u00a0.\-\u2010-\u2013\u2212/]|\)[ \u00a0]?|[ \u00a0]\()"
GROUPED = re.compile(rf"(?<!\w)(?<!\d[.,])\d+(?:{BETWEEN}\d+)+(?!\w|,\d)")
GROUP = re.compile(r"\d+")
YEARS = re.compile(r"(?:(?:19|20)\d\d\D*){2,}")
SHORTEST_ASKED = 8  # digits of a number in groups that begins neither with 0 nor with +


def in_text(words: str) -> Iterator[tuple[str, int, int]]:
    """Yield (what is one word without its hyphens, start, end) of a text."""
    yield from _words(words)
    for match in GROUPED.finditer(words):
        yield from _chains(list(GROUP.finditer(words, match.start(), match.end())), DIGITS_OF_NUMBER)


def terms_in(words: str, language: str) -> list[tuple[str, int, int]]:
    """Return (term, start, end) of the same."""
    return [
        (term, start, end) for joined, start, end in in_text(words) for term in terms_of([joined], language)
    ]


def terms_of(joined: Iterable[str], language: str) -> list[str]:
    """Return the terms of words that were joined; those in scripts without spaces have none."""
    of_run = text.TERMS[text.base_language(language)]
    return [term for word in joined if not text.HAS_SPACELESS.search(word) and (term := of_run[word])]


def joined(word: str) -> str:
    """Return a word of a query without its hyphens, or a number without what parts its groups; else nothing."""
    if HYPHENATED.fullmatch(word):
        return "".join(PART.findall(word))
    if GROUPED.fullmatch(word.lstrip("+(")):
        return "".join(GROUP.findall(word))
    return ""


def without_hyphens(phrase: str) -> str:
    """Return a phrase with each word that has hyphens as others write it."""
    return HYPHENATED.sub(lambda match: "".join(PART.findall(match[0])), phrase)


def is_number(words: str) -> bool:
    """Return whether groups of digits in a query are one telephone number, not a few numbers beside each other."""
    digits = "".join(GROUP.findall(words))
    if len(digits) not in DIGITS_OF_NUMBER or YEARS.fullmatch(words):
        return False
    return words.startswith(("+", "(")) or int(digits[0]) == 0 or len(digits) >= SHORTEST_ASKED


def _words(words: str) -> Iterator[tuple[str, int, int]]:
    end = 0
    for hyphen in HYPHEN.finditer(words):
        start = hyphen.start()
        if start < end:  # of the word before
            continue
        first = max(end, start - LONGEST)
        while start > first and (words[start - 1].isalnum() or words[start - 1] in text.MARKS_AND_UNSEEN):
            start -= 1
        if match := HYPHENATED.match(words, start):
            end = match.end()
            yield from _chains(list(PART.finditer(words, start, end)))


def _chains(parts: list[re.Match[str]], lengths: range | None = None) -> Iterator[tuple[str, int, int]]:
    """Yield the whole and every chain of neighbours in it: of counter-anti-trafficking also antitrafficking."""
    if len(parts) > MOST_PARTS:
        return
    for first, last in itertools.combinations(range(len(parts)), 2):
        word = "".join(part[0] for part in parts[first : last + 1])
        if lengths is None or len(word) in lengths:
            yield word, parts[first].start(), parts[last].end()
