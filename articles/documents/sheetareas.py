"""Areas of a sheet (B2:C9), and which cells lie in which of them."""

import re
from collections import defaultdict
from dataclasses import dataclass

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
TALL = 500  # rows, from which on an area is not sorted into each of them


@dataclass(frozen=True)
class Area:
    """Columns and rows from the first to the last, each counted from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, column, row):
        return self.left <= column <= self.right and self.top <= row <= self.bottom


def number(letters):
    """Return the number of a column: A is 1."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def place(reference):
    """Return column and row of a cell such as B2, (0, 0) for what is none."""
    match = _CELL.fullmatch(reference or "")
    return (number(match[1]), int(match[2])) if match else (0, 0)


def area(reference):
    """Return the Area of B2:C9 or B2."""
    first, _, last = (reference or "").partition(":")
    left, top = place(first)
    return Area(left, top, *(place(last) if last else (left, top)))


class Merged:
    """The cells that were merged into others: what they held before stays in the file and is not shown."""

    def __init__(self, areas):
        self._by_row, self._tall = defaultdict(list), []
        for one in areas:
            if one.bottom - one.top > TALL:
                self._tall.append(one)
                continue
            for row in range(one.top, one.bottom + 1):
                self._by_row[row].append(one)

    def covers(self, column, row):
        """Tell whether a cell lies under the first one of its area."""
        around = self._by_row.get(row, []) + self._tall if self._tall else self._by_row.get(row, [])
        return any(one.holds(column, row) and (one.left, one.top) != (column, row) for one in around)
