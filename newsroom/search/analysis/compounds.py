"""Words with hyphens (anti-trafficking) and numbers in groups (021 555 111), joined as others write them.

A text is indexed with their parts as terms in its sequence, and with the joined word as a further term, so that a
query for either spelling finds both.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from . import text
from .characters import MARKS, MARKS_AND_UNSEEN, UNSEEN

HYPHENS = "\u002d\u2010\u2011"
MOST_PARTS = 6  # of a word, or groups of a number: more are a list, or a table of figures
DIGITS_OF_NUMBER = range(5, 16)  # that a telephone number has, with its country code
LONGEST = 60  # characters before a hyphen in which the start of its word is looked for

WORD = rf"[^\W_](?:[^\W_]|[{MARKS}{UNSEEN}])*+"
HYPHEN = re.compile(rf"[{HYPHENS}](?=[^\W_])")
HYPHENATED = re.compile(rf"{WORD}(?:[{HYPHENS}]{WORD})+")
IN_PHRASE = re.compile(rf"(?<![^\W_]){HYPHENATED.pattern}")
PART = re.compile(WORD)
# What stands between two groups of a telephone number: 021 555-111, (021) 555.111, 021/555111
BETWEEN = r"(?:[ \u00a0.\-\u2010-\u2013\u2212/]|\)[ \u00a0]?|[ \u00a0]\()"
GROUPED = re.compile(rf"(?<!\w)(?<!\d[.,])\d+(?:{BETWEEN}\d+)+(?!\w|,\d)")
GROUP = re.compile(r"\d+")
YEARS = re.compile(r"(?:(?:19|20)\d\d\D*){2,}")
SHORTEST_ASKED = 8  # digits of a number in groups that begins neither with 0 nor with +


def in_text(words: str) -> Iterator[text.Token]:
    """Yield (joined word, start, end) of each word with hyphens and each number in groups of a text."""
    yield from _words(words)
    for match in GROUPED.finditer(words):
        yield from _chains(list(GROUP.finditer(words, match.start(), match.end())), DIGITS_OF_NUMBER)


def terms_in(words: str, language: str) -> list[text.Token]:
    """Return the same as tokens: (term of the joined word, start, end)."""
    return [
        (term, start, end) for joined, start, end in in_text(words) for term in terms_of([joined], language)
    ]


def terms_of(joined: Iterable[str], language: str) -> list[str]:
    """Return the terms of joined words, without those in scripts without spaces, which need none."""
    of_run = text.TERMS[text.base_language(language)]
    return [term for word in joined if not text.HAS_SPACELESS.search(word) and (term := of_run[word])]


def joined(word: str) -> str:
    """Return a word of a query without its hyphens, or a number without its separators; nothing for other words."""
    if HYPHENATED.fullmatch(word):
        return "".join(PART.findall(word))
    if GROUPED.fullmatch(word.lstrip("+(")):
        return "".join(GROUP.findall(word))
    return ""


def apart(word: str) -> str:
    """Return the parts of a word with hyphens as words of their own; nothing for other words."""
    return " ".join(PART.findall(word)) if HYPHENATED.fullmatch(word) else ""


def without_hyphens(phrase: str) -> str:
    """Return a phrase with the hyphens inside its words removed."""
    return IN_PHRASE.sub(lambda match: "".join(PART.findall(match[0])), phrase)


def is_number(words: str) -> bool:
    """Return whether groups of digits in a query are one telephone number, not several numbers."""
    digits = "".join(GROUP.findall(words))
    if len(digits) not in DIGITS_OF_NUMBER or YEARS.fullmatch(words):
        return False
    return words.startswith(("+", "(")) or int(digits[0]) == 0 or len(digits) >= SHORTEST_ASKED


def _words(words: str) -> Iterator[text.Token]:
    end = 0
    for hyphen in HYPHEN.finditer(words):
        start = hyphen.start()
        if start < end:  # of the word before
            continue
        first = max(end, start - LONGEST)
        while start > first and (words[start - 1].isalnum() or words[start - 1] in MARKS_AND_UNSEEN):
            start -= 1
        if match := HYPHENATED.match(words, start):
            end = match.end()
            yield from _chains(list(PART.finditer(words, start, end)))


def _chains(parts: list[re.Match[str]], lengths: range | None = None) -> Iterator[text.Token]:
    """Yield every chain of neighbouring parts, joined: of counter-anti-trafficking also antitrafficking."""
    if len(parts) > MOST_PARTS:
        return
    for first, last in itertools.combinations(range(len(parts)), 2):
        word = "".join(part[0] for part in parts[first : last + 1])
        if lengths is None or len(word) in lengths:
            yield word, parts[first].start(), parts[last].end()
