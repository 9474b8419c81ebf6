"""The title and the passage that a result shows, with the words of the query marked."""

from bisect import bisect_left

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..analysis import compounds, text
from .query import Query

type Span = tuple[int, int]  # start and end in a text

LENGTH = 240  # characters of a passage
LEAD = 60  # characters before the first word that was found
BLOCK = " · "  # stands between two blocks of a text, and around each row of a table
CELL = " | "  # stands between two cells of a row
ENDS = (".", "?", "!", "…")  # of sentences
FARTHEST = 60_000  # characters of a text that are searched


def found_in(words: str, language: str, query: Query) -> list[Span]:
    """Return where the query finds something in a text, in order and without overlaps."""
    forms = {form for unit in query.units for form in unit.sequences_in(language)}
    letters = frozenset(text.first_letter(term) for form in forms for term in form)
    tokens = list(text.tokens(words[:FARTHEST], language, letters))
    terms = [term for term, _start, _end in tokens]
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for form in forms:
        by_first.setdefault(form[0], []).append(form)
    places: list[Span] = []
    for index, term in enumerate(terms):
        lengths = [
            len(form) for form in by_first.get(term, ()) if tuple(terms[index : index + len(form)]) == form
        ]
        if lengths:
            places.append((tokens[index][1], tokens[index + max(lengths) - 1][2]))
    # A single character of a script without spaces has no token of its own.
    singles = {
        form[0]
        for form in forms
        if len(form) == 1 and len(form[0]) == 1 and text.HAS_SPACELESS.match(form[0])
    }
    places += [(at, at + 1) for at, one in enumerate(words[:FARTHEST]) if one in singles] if singles else []
    whole = {form[0] for form in forms if len(form) == 1}.difference(terms)
    if whole:  # it may stand there with hyphens
        places += [
            (start, end)
            for term, start, end in compounds.terms_in(words[:FARTHEST], language)
            if term in whole
        ]
    return _joined(sorted(places))


def _joined(places: list[Span]) -> list[Span]:
    """Return sorted places with those that overlap joined."""
    joined: list[Span] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(words: str, places: list[Span], start: int = 0, end: int | None = None) -> SafeString:
    """Return a part of the text as HTML: escaped, with <mark> around the places."""
    end = len(words) if end is None else end
    pieces, position = [], start
    for first, last in places:
        if first < position or last > end:
            continue
        pieces += [escape(words[position:first]), "<mark>", escape(words[first:last]), "</mark>"]
        position = last
    pieces.append(escape(words[position:end]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped


def passage(words: str, places: list[Span]) -> SafeString:
    """Return the part of the text that shows most of what was found, as HTML."""
    if not words:
        return mark_safe("")
    starts = [start for start, _end in places]
    best, most = 0, 0
    for index, start in enumerate(starts):
        inside = bisect_left(starts, start + LENGTH - LEAD) - index
        if inside > most:
            best, most = start, inside
    start = _word_start(words, best - LEAD) if best > LEAD else 0
    end = _word_end(words, start + LENGTH)
    start, end = _with_whole_rows(words, start, end)
    begins_whole = not start or words.endswith(BLOCK, 0, start)
    shown = _as_sentences(marked(words, places, start, end).strip(), begins_whole)
    return mark_safe(f"{'… ' if start else ''}{shown}{' …' if end < len(words) else ''}")  # noqa: S308 - escaped


def _as_sentences(shown: str, begins_whole: bool) -> str:
    """Return a passage with each row of a table as a sentence: the first cell, a colon, and the others.

    The first row has lost its first cells unless the passage begins whole.
    """
    text, was_row = "", False
    for number, block in enumerate(shown.split(BLOCK)):
        is_row = CELL in block
        between = BLOCK if number else ""
        if number and (is_row or was_row):
            between = " " if text.removesuffix("</mark>").endswith(ENDS) else ". "
        text += between + (_sentence(block, begins_whole or number > 0) if is_row else block)
        was_row = is_row
    return text


def _sentence(row: str, is_whole: bool) -> str:
    """Return the cells of a row as a sentence."""
    first, *others = [cell for cell in row.strip().split(CELL) if cell] or [""]
    joined = ", ".join([first, *others])
    if is_whole and others:
        joined = f"{first.rstrip(':')}: {', '.join(others)}"
    return joined if joined.removesuffix("</mark>").endswith(ENDS) else f"{joined}."


def _with_whole_rows(words: str, start: int, end: int) -> tuple[int, int]:
    """Return the ends of a passage moved so that no row of a table is cut, or a very long one between two cells."""
    if row := _row_at(words, start):
        start = row[0]
    if row := _row_at(words, end):
        end = row[1]
    return start, end


def _row_at(words: str, at: int) -> tuple[int, int] | None:
    """Return where the row of a table, or the part of one that lies near, begins and ends around a place."""
    first, last = max(at - LENGTH, 0), min(at + LENGTH, len(words))
    before, after = words.rfind(BLOCK, first, at), words.find(BLOCK, at, last)
    begin = before + len(BLOCK) if before >= 0 else 0 if first == 0 else None
    finish = after if after >= 0 else last if last == len(words) else None
    if CELL not in words[begin or first : finish or last] or not 0 < at < len(words):
        return None
    if begin is None:
        cell = words.rfind(CELL, first, at)
        begin = cell + len(CELL) if cell >= 0 else at
    if finish is None:
        cell = words.find(CELL, at, last)
        finish = cell if cell >= 0 else at
    return begin, finish


def _word_start(words: str, at: int) -> int:
    """Return the nearest beginning of a word at or after the place, where one is near."""
    space = words.find(" ", at, at + 30)
    return space + 1 if space >= 0 else at


def _word_end(words: str, at: int) -> int:
    """Return the nearest end of a word at or before the place, where one is near."""
    if at >= len(words):
        return len(words)
    space = words.rfind(" ", at - 30, at)
    return space if space >= 0 else at
