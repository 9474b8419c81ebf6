"""Finders of words: those that mark an unfinished text, those of the style list, and links that say nothing."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from .finding import BODY, CLICK_HERE, DEK, SHORT, STYLE, UNFINISHED, Finding
from .reading import Link

FEWEST_WORDS = 30
LETTERS_A_WORD = 5  # of scripts that put no spaces between words
SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]")

# TK stands for 'to come'. XXX is thirty as well, after the name of a part of a book or a law.
MARK = re.compile(r"(?<!\w)(?:TK(?:TK)*|(?i:x{3,})|TODO(?=:)|FIXME|TBC|TBD|(?i:lorem ipsum)|\?{3,})(?!\w)")
NUMBERED = re.compile(
    r"(?:article|chapter|annex|part|title|section|volume|vol\.|no\.|number|canon|book|psalm|session|super bowl|"
    r"artikel|kapitel|artículo|capítulo|chapitre)\s$",
    re.IGNORECASE,
)

SAYS_NOTHING = {
    "here", "click", "click here", "click this", "click this link", "this link", "this", "this page", "link", "more",
    "read more", "read more here", "see here", "see more", "learn more", "read this", "find out more", "go here",
    "hier", "hier klicken", "mehr", "weiterlesen", "ici", "cliquez ici", "lire la suite", "aquí", "haga clic aquí",
    "leer más", "aqui", "clique aqui", "di sini", "klik di sini", "tại đây", "bấm vào đây", "คลิกที่นี่", "ที่นี่",
}  # fmt: skip


class StyleEntry(NamedTuple):
    """Words of the style list, what to write instead, and why."""

    language: str
    words: str
    instead: str
    why: str = ""


def unfinished(words: str, field: str = BODY) -> Iterator[Finding]:
    """Yield the marks of unfinished text."""
    for found in MARK.finditer(words):
        if found[0] == "XXX" and NUMBERED.search(words, max(0, found.start() - 20), found.start()):
            continue
        yield Finding(UNFINISHED, _("A mark of unfinished text."), field, found[0])


def without_words(links: Iterable[Link]) -> Iterator[Finding]:
    """Yield the links whose words do not say where they lead: screen readers read links out by themselves."""
    for link in links:
        words = " ".join(link.words.split()).casefold().strip(" .:…›»>→()[]")
        if link.address and words in SAYS_NOTHING:
            yield Finding(
                CLICK_HERE, _("A link whose words don’t say where it leads."), excerpt=link.words.strip()
            )


def short(words: str) -> Iterator[Finding]:
    """Yield that a text is very short."""
    count = max(len(words.split()), len(SPACELESS.findall(words)) // LETTERS_A_WORD)
    if count < FEWEST_WORDS:
        yield Finding(SHORT, _("The text is very short (words: %(count)s).") % {"count": count})


def summary(dek: str) -> Iterator[Finding]:
    """Yield that the sentence under the title is missing."""
    if not dek.strip():
        yield Finding(DEK, _("There is no summary: lists, feeds and search results show it."), "dek")


def style(words: str, entries: tuple[StyleEntry, ...], language: str, field: str = BODY) -> Iterator[Finding]:
    """Yield the words that the style list has better ones for."""
    pattern, by_words = _pattern(entries, language)
    if pattern is None:
        return
    for found in pattern.finditer(words):
        way = " ".join(found[0].casefold().split())
        entry = by_words.get(way) or by_words.get(way.removesuffix("s"))
        if entry is not None:
            told = _("Better: %(instead)s.") % {"instead": entry.instead}
            yield Finding(STYLE, f"{told} {entry.why}".strip(), field, found[0])


@lru_cache(maxsize=32)
def _pattern(
    entries: tuple[StyleEntry, ...], language: str
) -> tuple[re.Pattern[str] | None, dict[str, StyleEntry]]:
    """Return a pattern of all entries of a language, also in the plural, and the entries by their words."""
    by_words = {
        " ".join(way.casefold().split()): entry
        for entry in entries
        if entry.language == language
        for way in entry.words.split(",")
        if way.strip()
    }
    if not by_words:
        return None, {}
    longest_first = sorted(by_words, key=len, reverse=True)
    ways = "|".join(r"\s+".join(map(re.escape, way.split())) for way in longest_first)
    return re.compile(rf"(?<!\w)(?:{ways})s?(?!\w)", re.IGNORECASE), by_words
