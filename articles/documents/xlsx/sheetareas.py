"""Areas of a sheet (B2:C9), and the cells in them."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from articles.documents.report import DocumentError

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})")
LAST_COLUMN = 16_384  # XFD
LAST_ROW = 1_048_576
NOWHERE = (0, 0)
LONGEST = 20_000  # characters of a list of areas
TALL = 500  # rows of an area above which it is not listed by row


@dataclass(frozen=True)
class Area:
    """The cells from a first to a last column and row, counted from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, column: int, row: int) -> bool:
        """Return whether a cell is in the area."""
        return self.left <= column <= self.right and self.top <= row <= self.bottom


def number(letters: str) -> int:
    """Return the number of a column: A is 1."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def letters(column: int) -> str:
    """Return the letters of a column: 1 is A."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def place(reference: str | None) -> tuple[int, int]:
    """Return column and row of a reference such as B2, or NOWHERE for other text or a cell outside of any sheet."""
    match = _CELL.fullmatch(reference or "")
    if not match:
        return NOWHERE
    column, row = number(match[1]), int(match[2])
    return (column, row) if column <= LAST_COLUMN and row <= LAST_ROW else NOWHERE


def is_row(text: str) -> bool:
    """Return whether a text is a row number of a sheet."""
    return len(text) < 8 and text.isascii() and text.isdecimal() and 0 < int(text) <= LAST_ROW


def known(text: str) -> str | None:
    """Return a list of cells, areas, whole columns and whole rows, or None for other text."""
    return text if len(text) <= LONGEST and all(map(_is_area, text.split())) else None


def _is_area(reference: str) -> bool:
    if match := _COLUMNS.fullmatch(reference):
        return max(map(number, match.groups())) <= LAST_COLUMN
    if match := _ROWS.fullmatch(reference):
        return all(map(is_row, match.groups()))
    first, colon, last = reference.partition(":")
    return place(first) != NOWHERE and (not colon or place(last) != NOWHERE)


def area(reference: str | None) -> Area:
    """Return the Area of B2:C9 or B2."""
    first, _, last = (reference or "").partition(":")
    left, top = place(first)
    return Area(left, top, *(place(last) if last else (left, top)))


MOST_TALL = 1_000  # tall areas; normal sheets have fewer
MOST_ROWS = 1_000_000  # rows of the other areas, all together


class MergedCells:
    """Merged cells: what those behind the first one hold stays in the file, but is not shown.

    Raises DocumentError for more areas than a normal sheet has.
    """

    def __init__(self, areas: Iterable[Area]) -> None:
        self._rows: dict[int, list[Area]] = defaultdict(list)
        self._sorted: dict[int, tuple[list[int], list[int]]] = {}
        self._tall: list[Area] = []
        self._corners: set[tuple[int, int]] = set()
        rows = 0
        for one in set(areas):
            self._corners.add((one.left, one.top))
            if one.bottom - one.top > TALL:
                self._tall.append(one)
                continue
            rows += one.bottom - one.top + 1
            if rows > MOST_ROWS:
                raise DocumentError("takes_too_long")
            for row in range(one.top, one.bottom + 1):
                self._rows[row].append(one)
        if len(self._tall) > MOST_TALL:
            raise DocumentError("takes_too_long")

    def covers(self, column: int, row: int) -> bool:
        """Return whether a cell is hidden behind the first one of its area."""
        if (column, row) in self._corners or not self._corners:
            return False
        if row not in self._sorted:
            self._sorted[row] = self._of_row(row)
        lefts, rights = self._sorted[row]
        at = bisect_right(lefts, column)
        return at > 0 and rights[at - 1] >= column

    def _of_row(self, row: int) -> tuple[list[int], list[int]]:
        """Return the first columns of the areas in a row, and the last column that the areas up to each reach."""
        around = [*self._rows.get(row, []), *(one for one in self._tall if one.top <= row <= one.bottom)]
        around.sort(key=lambda one: one.left)
        return [one.left for one in around], list(accumulate((one.right for one in around), max))


def columns_of(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """Return the numbers of the columns in ranges of (first, last)."""
    found: set[int] = set()
    reached = 0
    for first, last in sorted(ranges):
        found.update(range(max(first, reached + 1), min(last, LAST_COLUMN) + 1))
        reached = max(reached, last)
    return found


class FilledCells:
    """The cells of a sheet that are not empty."""

    def __init__(self) -> None:
        self._rows: dict[int, list[int]] = defaultdict(list)
        self._is_sorted = True

    def add(self, column: int, row: int) -> None:
        """Add a cell."""
        self._rows[column].append(row)
        self._is_sorted = False

    def any_in(self, one: Area) -> bool:
        """Return whether any cell in an area is not empty."""
        if not self._is_sorted:
            for rows in self._rows.values():
                rows.sort()
            self._is_sorted = True
        for column in range(one.left, min(one.right, LAST_COLUMN) + 1):
            rows = self._rows.get(column, [])
            at = bisect_left(rows, one.top)
            if at < len(rows) and rows[at] <= one.bottom:
                return True
        return False
