"""The table styles of the cells of a DOCX, with their conditional parts, such as those for the first row."""

from collections.abc import Iterator

from articles.documents import markup
from articles.documents.office.namespaces import W

from .wordlooks import TableStyle, value


class Cells:
    """The cells of one part; default is the table style of tables without one."""

    def __init__(self, default: str | None) -> None:
        self._default = default
        self._styles: dict[markup.Element, TableStyle] = {}  # by cell

    def style_of(self, cell: markup.Element) -> TableStyle:
        """Return the style of a cell's table, and the conditional parts of it that apply to the cell."""
        if cell not in self._styles:
            table = next(cell.iterancestors(f"{W}tbl"), None)
            if table is None:
                return None, ()
            self._read(table)
        return self._styles.get(cell, (None, ()))

    def _read(self, table: markup.Element) -> None:
        """Note the TableStyle of each cell of a table."""
        properties = table.find(f"{W}tblPr")
        look = None if properties is None else properties.find(f"{W}tblLook")
        style = None if properties is None else value(properties.find(f"{W}tblStyle"))
        style = style or self._default
        bits = int(value(look, default="0"), 16)
        for name, bit in (("firstRow", 0x20), ("lastRow", 0x40), ("firstColumn", 0x80), ("lastColumn", 0x100),
                          ("noHBand", 0x200), ("noVBand", 0x400)):  # fmt: skip
            if value(look, name) in {"1", "true", "on"}:
                bits |= bit
        rows = list(_children(table, "tr"))
        for at, row in enumerate(rows):
            cells = list(_children(row, "tc"))
            for column, cell in enumerate(cells):
                edges = at == 0, at == len(rows) - 1, column == 0, column == len(cells) - 1
                self._styles[cell] = style, _conditions(bits, at, column, edges)


def _children(element: markup.Element, word: str) -> Iterator[markup.Element]:
    """Yield the rows or cells of a table, also those inside of content controls."""
    for child in element:
        name = markup.local(child)
        if name == word:
            yield child
        elif name in {"sdt", "sdtContent", "customXml"}:
            yield from _children(child, word)


def _conditions(bits: int, row: int, column: int, edges: tuple[bool, bool, bool, bool]) -> tuple[str, ...]:
    """Return the conditional parts of a table style that apply to a cell, those of lowest priority first.

    Bits are those of w:tblLook; edges tell whether the cell is in the first and last row and column.
    """
    top, bottom, left, right = edges
    top, bottom = top and bool(bits & 0x20), bottom and bool(bits & 0x40)
    left, right = left and bool(bits & 0x80), right and bool(bits & 0x100)
    row, column = row - bool(bits & 0x20), column - bool(bits & 0x80)
    holding = {
        "wholeTable": True,
        f"band{column % 2 + 1}Vert": not bits & 0x400 and not left and not right,
        f"band{row % 2 + 1}Horz": not bits & 0x200 and not top and not bottom,
        "firstCol": left, "lastCol": right, "firstRow": top, "lastRow": bottom,
        "nwCell": top and left, "neCell": top and right, "swCell": bottom and left, "seCell": bottom and right,
    }  # fmt: skip
    return tuple(name for name, holds in holding.items() if holds)
