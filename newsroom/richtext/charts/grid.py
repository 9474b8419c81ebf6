"""Reads a table of a text into rows of words."""

import html as html_text
from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.richtext.reader import Reader
from newsroom.richtext.tree import Element, Node

LEFT_OUT = {"sup", "s", "table"}  # notes, struck words, tables in a cell


@dataclass(frozen=True, slots=True)
class Grid:
    """The words of a table, every row as long as the others."""

    caption: str
    head: tuple[str, ...]  # the names of the columns; empty where it has none
    rows: tuple[tuple[str, ...], ...]


def grid_of(html: str) -> Grid:
    """Return the words of a table in stored rich text; sums in its foot are no rows of it."""
    table = next(one for one in Reader(html).read().walk() if one.name == "table")
    caption = next((_words(one) for one in _elements(table) if one.name == "caption"), "")
    parts = [(part.name, row) for part in _elements(table) for row in _elements(part) if row.name == "tr"]
    parts = [(name, row) for name, row in parts if name != "tfoot"]
    words = _filled([row for _name, row in parts])
    heads = sum(name == "thead" for name, _row in parts)
    if not heads and parts and _is_head(parts[0][1]):
        heads = 1
    body = zip(parts[heads:], words[heads:], strict=True)
    rows = tuple(row for (_name, element), row in body if not _names_a_group(element, len(row)))
    return Grid(caption, words[heads - 1] if heads else (), rows)


def _names_a_group(row: Element, width: int) -> bool:
    """Return whether a row is one cell across the whole table, which names the rows that follow."""
    cells = list(_elements(row))
    return len(cells) == 1 < width <= int(cells[0].attributes.get("colspan", "1"))


def _is_head(row: Element) -> bool:
    cells = list(_elements(row))
    return len(cells) > 1 and all(cell.name == "th" for cell in cells)


def _filled(rows: list[Element]) -> list[tuple[str, ...]]:
    """Return the words of rows; those of a cell that spans several stand in each."""
    found: list[dict[int, str]] = [{} for _row in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in _elements(row):
            while column in found[number]:
                column += 1
            wide, high = (int(cell.attributes.get(name, "1")) for name in ("colspan", "rowspan"))
            for below in found[number : number + high]:
                below.update(dict.fromkeys(range(column, column + wide), _words(cell)))
            column += wide
    width = max((max(row, default=-1) + 1 for row in found), default=0)
    return [tuple(row.get(column, "") for column in range(width)) for row in found]


def _elements(element: Element) -> Iterator[Element]:
    return (child for child in element.children if isinstance(child, Element))


def _words(element: Element) -> str:
    return " ".join(html_text.unescape(_text(element)).split())


def _text(node: Node) -> str:
    if isinstance(node, str):
        return node
    if node.name == "br":
        return " "
    return "".join(
        _text(child) for child in node.children if isinstance(child, str) or child.name not in LEFT_OUT
    )
