"""Rows of CSV files as spreadsheets and mailing programs write them, each with the line where it begins."""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from django.utils.translation import gettext as _

DELIMITERS = ",;\t|"
MOST_LINES_OF_A_ROW = 20  # a postal address or a note in a cell takes fewer
SEPARATOR = re.compile(r'"?sep=(.)"?\s*\Z', re.IGNORECASE)  # the line that tells Excel the delimiter
QUOTED = re.compile(r'"[^"]*"?')

Row = tuple[int, list[str] | None]  # the number of its first line; None where a quotation mark stays open


class Unreadable(Exception):
    """The file is no list of addresses; the message says what to do."""


def decoded(content: bytes) -> io.TextIOWrapper:
    """Return the bytes of a file as a text to read line by line; raises Unreadable."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    try:
        for _chunk in iter(lambda: text.read(65_536), ""):
            pass
    except UnicodeDecodeError:
        raise Unreadable(
            _("The letters can’t be read. Save the list as “CSV UTF-8” and try again.")
        ) from None
    text.seek(0)
    return text


def rows(content: bytes, is_row: Callable[[list[str]], bool]) -> Iterator[Row]:
    """Yield the rows of a file, its heading and empty ones included; raises Unreadable before the first.

    A quotation mark that is left open would swallow the rows behind it. So where a line inside a quoted cell is a row
    by itself, as is_row() says, the row with the open mark ends at its first line.
    """
    text = decoded(content)
    first = text.readline()
    told = SEPARATOR.match(first)
    number = 1
    if told:
        first, number = text.readline(), 2
    delimiter = told[1] if told else max(DELIMITERS, key=QUOTED.sub("", first).count)
    lines = _Lines(text, first)
    while row := _next_row(lines, delimiter, is_row):
        cells, taken = row
        yield number, cells
        number += taken


class _Lines:
    """The lines of a text, with a look ahead."""

    def __init__(self, text: io.TextIOWrapper, first: str) -> None:
        self.text = text
        self.ahead = deque([first] if first else [])

    def peek(self, most: int) -> list[str]:
        """Return at most that many of the next lines, without taking them."""
        self.ahead.extend(islice(self.text, most - len(self.ahead)) if len(self.ahead) < most else ())
        return list(islice(self.ahead, most))

    def take(self, count: int) -> None:
        """Skip that many lines."""
        for _line in range(count):
            self.ahead.popleft()


def _next_row(
    lines: _Lines, delimiter: str, is_row: Callable[[list[str]], bool]
) -> tuple[list[str] | None, int] | None:
    """Take the next row; return its cells and the number of its lines, or None at the end."""
    start = lines.peek(1)
    if not start:
        return None
    cells = _parsed(start, delimiter)
    taken = 1
    if cells is None and start[0].count('"') % 2:
        cells, taken = _of_several_lines(lines.peek(MOST_LINES_OF_A_ROW), delimiter, is_row)
    elif cells is None:
        cells = _parsed(start, delimiter, strict=False)
    lines.take(taken)
    return cells, taken


def _of_several_lines(
    ahead: list[str], delimiter: str, is_row: Callable[[list[str]], bool]
) -> tuple[list[str] | None, int]:
    """Return the cells of a row with line breaks in quoted cells, and the number of its lines.

    Return (None, 1) where the quotation mark of the first line is not closed before the next row.
    """
    for taken in range(2, len(ahead) + 1):
        alone = _parsed(ahead[taken - 1 : taken], delimiter)
        if alone is not None and is_row(alone):
            return None, 1
        if ahead[taken - 1].count('"') % 2 and (cells := _parsed(ahead[:taken], delimiter)) is not None:
            return cells, taken
    return None, 1


def _parsed(lines: list[str], delimiter: str, strict: bool = True) -> list[str] | None:
    """Return the cells of these lines, or None where they are not exactly one row."""
    try:
        found = list(csv.reader(lines, delimiter=delimiter, strict=strict))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None
