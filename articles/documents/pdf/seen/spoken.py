"""Replacement text, which programs copy or read aloud: reports what no page shows."""

import unicodedata
from collections.abc import Iterable

from ...report import Report

ENOUGH = 4  # letters that a replacement text may have beyond what is drawn: for ligatures and symbols
SHARE = 0.5  # of the pairs of letters of a text that must occur on the pages


def letters(text: str) -> str:
    """Return the letters and digits of a text in a comparable form."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if one.isalnum())


def is_more_than(words: str, drawn: int) -> bool:
    """Return whether a text has many more letters than are drawn in its place."""
    return len(letters(words)) > 3 * drawn + ENOUGH


def report_unshown(spoken: Iterable[str], report: Report) -> None:
    """Report the replacement texts that are not on any page that was read."""
    shown = letters(report.text)
    pairs = {shown[at : at + 2] for at in range(len(shown) - 1)}
    for words in spoken:
        given = letters(words)
        if len(given) <= ENOUGH or given in shown:
            continue
        known = sum(given[at : at + 2] in pairs for at in range(len(given) - 1))
        if known < SHARE * (len(given) - 1) or not _has_a_word(words, shown):
            report.add("invisible_text", words)


def _has_a_word(words: str, shown: str) -> bool:
    """Return whether one of the words is on a page; True for a single word, as in scripts without spaces."""
    found = [letters(one) for one in words.split()]
    return len(found) < 2 or any(one in shown for one in found if len(one) > 1)
