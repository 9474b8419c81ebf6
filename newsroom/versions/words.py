"""Words of texts as they are compared, whatever their case, accents and mark-up: as search folds them."""

import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from newsroom.search.analysis.characters import MARKS, UNSEEN
from newsroom.search.analysis.text import HAS_SPACELESS, LONGEST_RUN, fold

WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}{UNSEEN}])*")
WITHIN_WORDS = re.compile(r"</?(?:strong|b|em|i|u|s|a|span|sub|sup|abbr|mark)(?:\s[^<>]*)?>", re.I)
TAG = re.compile(r"<[^<>]*>")
VALUE = re.compile(r'="([^"]*)"')


def as_asked(path: str) -> str:
    """Return a path as requests are compared: percent-decoded, in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", unquote(path))


def words_of(text: str) -> list[str]:
    """Return the folded words of a text without mark-up, in order."""
    folded = (fold(run[:LONGEST_RUN]) for run in WORD.findall(text))
    return [word for word in folded if word]


def texts_in(text: str) -> Iterator[str]:
    """Yield a text without its mark-up, and what stands in its tags: addresses, titles."""
    if "<" not in text and "&" not in text and "%" not in text:
        yield text
        return
    yield html.unescape(TAG.sub(" ", WITHIN_WORDS.sub("", text)))
    for tag in TAG.findall(text):
        yield from (unquote(html.unescape(value)) for value in VALUE.findall(tag))
    if "%" in text:
        yield unquote(text)


def knows_no_spaces(text: str) -> bool:
    """Return whether a text is in a script without spaces, whose words nobody can tell apart."""
    return bool(HAS_SPACELESS.search(text))
