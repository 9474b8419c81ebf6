"""Finders of what a text lacks for those who hear it: headings in order, and header cells of tables."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from .finding import HEADINGS, TABLE, Finding
from .reading import Table

FIRST = 2  # the level of the first heading below the title


def headings(found: Iterable[tuple[int, str]]) -> Iterator[Finding]:
    """Yield headings that skip a level, and empty ones."""
    before = FIRST - 1
    for level, words in found:
        if not words:
            yield Finding(HEADINGS, _("A heading without words."))
            continue
        if level > before + 1:
            told = _("A heading of level %(level)s stands below one of level %(before)s: a level is skipped.")
            if before < FIRST:
                told = _("The first heading is of level %(level)s; begin with level 2.")
            yield Finding(HEADINGS, told % {"level": level, "before": before}, excerpt=words)
        before = level


def tables(found: Iterable[Table]) -> Iterator[Finding]:
    """Yield tables without header cells."""
    for table in found:
        if table.words and not table.has_headers:
            yield Finding(
                TABLE,
                _("A table without header cells: mark its first row or column as headers."),
                excerpt=table.words,
            )
