"""Words that programs copy or read aloud in place of what a page shows: named where the page does not show them."""

import unicodedata
from collections.abc import Iterable

from ...report import Report

ENOUGH = 4  # letters more than a page shows that name nothing: a ligature, a sign
SHARE = 0.5  # of its pairs of letters that a text must have on the pages


def letters(text: str) -> str:
    """Return the letters and digits of a text, in one spelling."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if one.isalnum())


def is_more_than(words: str, drawn: int) -> bool:
    """Return whether words say much more than the letters that are drawn in their place."""
    return len(letters(words)) > 3 * drawn + ENOUGH


def name(spoken: Iterable[str], report: Report) -> None:
    """Name the words of elements that are not on any page, as far as the pages were read."""
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
    """Return whether one of the words stands on a page; scripts without blanks are one word, and not asked."""
    found = [letters(one) for one in words.split()]
    return len(found) < 2 or any(one in shown for one in found if len(one) > 1)
