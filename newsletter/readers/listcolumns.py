"""Finds the columns of a list by their names and their values."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from newsletter.readers.csvrows import Row, Unreadable
from newsletter.readers.listconsent import ConsentColumns, plain

# Names of the column with the mail address, the surest first; in most programs "address" is a postal one.
ADDRESS_NAMES = [plain(name) for name in [
    "email address", "e mail address", "mail address", "email", "e mail", "mail", "primary email", "e mail 1 value",
    "email 1", "contact email", "subscriber email", "subscriber", "email addresses", "correo electronico", "correo",
    "courriel", "adresse email", "adresse e mail", "adresse mail", "e mail adresse", "email adresse",
    "endereco de email", "indirizzo email", "alamat email", "địa chỉ email", "电子邮件", "邮箱", "メールアドレス",
    "이메일", "address",
]]  # fmt: skip
OTHERS = {
    "countries": {"countries", "country"},
    "topics": {"topics", "topic"},
    "paused_until": {"paused until"},
}
LOOKS_LIKE_AN_ADDRESS = re.compile(r"\s*+[^\s@]++@[^\s@][^\s@.]*+\.[^\s@]++\s*+")
MOST_VALUES = 200  # different values of a column that are collected
MOST_COLUMNS = 200


@dataclass
class _Column:
    filled: int = 0
    addresses: int = 0
    values: set[str] = field(default_factory=set)

    def add(self, cell: str) -> None:
        self.filled += 1
        self.addresses += "@" in cell and bool(LOOKS_LIKE_AN_ADDRESS.fullmatch(cell))
        if len(self.values) < MOST_VALUES:
            self.values.add(cell.strip()[:100])


class Columns:
    """The columns of one list."""

    def __init__(self, first: Sequence[str], rows: Iterable[Row]) -> None:
        """Read the first row and those behind it; raises Unreadable where no column holds mail addresses."""
        first = first[:MOST_COLUMNS]
        self.width = len(first)
        self.has_heading = not any(map(LOOKS_LIKE_AN_ADDRESS.fullmatch, first))
        self.places: dict[str, int] = {}
        columns = self._scanned(rows if self.has_heading else [(1, list(first)), *rows])
        names = list(first) if self.has_heading else [""] * self.width
        self._find_places([plain(name) for name in names], columns)
        self.consent = ConsentColumns(names, [column.values for column in columns])

    def _scanned(self, rows: Iterable[Row]) -> list[_Column]:
        columns = [_Column() for _place in range(self.width)]
        for _number, cells in rows:
            for column, cell in zip(columns, cells or (), strict=False):
                if cell:
                    column.add(cell)
        return columns

    def _find_places(self, names: list[str], columns: list[_Column]) -> None:
        named = [names.index(name) for name in ADDRESS_NAMES if name in names]
        holding = [
            place for place, one in enumerate(columns) if one.addresses and one.addresses * 2 >= one.filled
        ]
        found = [place for place in named if place in holding] or holding or named
        if not found:
            raise Unreadable(_("The first line must name the columns, one of them “address” or “email”."))
        self.places = {"address": found[0]}
        for column, known in OTHERS.items():
            found = [place for place, name in enumerate(names) if name in known]
            if found:
                self.places[column] = found[0]

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return the cell of a row in that column; '' where the list has no such column."""
        place = self.places.get(column, len(cells))
        return cells[place].strip().replace("\0", "\ufffd") if place < len(cells) else ""
