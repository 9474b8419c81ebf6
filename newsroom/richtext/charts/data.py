"""What is drawn of a table: labels from its first column, and a series from each column of numbers."""

from dataclasses import dataclass
from itertools import chain

from .figures import decimal_mark, is_blank, number_in
from .grid import Grid

MOST_ROWS, MOST_SERIES = 200, 6


@dataclass(frozen=True, slots=True)
class Series:
    """A column of numbers; None where a number is missing."""

    name: str
    values: tuple[float | None, ...]
    written: tuple[str, ...]  # as the table has them


@dataclass(frozen=True, slots=True)
class Data:
    """The labels of the rows and the series to draw."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    decimal: str  # the decimal mark of the table

    @property
    def known(self) -> list[float]:
        """Return all values that are not missing."""
        return [value for one in self.series for value in one.values if value is not None]


def data_of(grid: Grid, columns: tuple[int, ...], language: str) -> Data | None:
    """Return what is drawn of a table: these columns, counted from 1, or all of numbers; None where nothing can be."""
    rows = grid.rows
    if not 1 <= len(rows) <= MOST_ROWS or len(rows[0]) < 2:
        return None
    mark = decimal_mark(chain.from_iterable(row[1:] for row in rows), language)
    wanted = [column - 1 for column in columns if 2 <= column <= len(rows[0])] or range(1, len(rows[0]))
    found = [_series(grid, rows, column, mark) for column in wanted]
    series = tuple(one for one in found if one is not None)[:MOST_SERIES]
    return Data(tuple(row[0] for row in rows), series, mark) if series else None


def _series(grid: Grid, rows: tuple[tuple[str, ...], ...], column: int, mark: str) -> Series | None:
    """Return a column as a series, or None where fewer than half of the cells with words are numbers."""
    written = tuple(row[column] for row in rows)
    values = tuple(number_in(text, mark) for text in written)
    known = sum(value is not None for value in values)
    if not known or 2 * known < sum(not is_blank(text) for text in written):
        return None
    return Series(grid.head[column] if grid.head else "", values, written)
