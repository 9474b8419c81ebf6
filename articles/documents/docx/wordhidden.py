"""What of a DOCX nobody sees though it is there: hidden, in the colour of its ground, too small, under a box.

Where the ground can't be told (a picture, a gradient, a text box without filling over something else),
letters count as seen. The ground of a table with a style is told from the style, row by row. An editor
who is asked once too often loses a tick; a name that nobody asked about is public.
"""

import re
from collections.abc import Callable
from functools import cache

from articles.documents import colours, markup
from articles.documents.report import Report

from . import wordlooks, wordruns
from .wordlooks import W, is_on, value, whole

TINY = 4  # half points up to which letters are dust
NARROW = 10  # percent of their width up to which letters are lines
LOW = 40  # twentieths of a point, of a line or row that is cut off at this height
COVER = 12_700 * 3  # EMU, the least side of a box that hides a letter
LARGE = 4e13  # EMU², half of a page: what covers it is the ground of what stands there
ON_A_PAGE = 40  # paragraphs, where the file does not tell how far a page goes
_COMPLEX = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_VML = "{urn:schemas-microsoft-com:vml}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = colours.A
UNKNOWN = object()


class Eye:
    """Looks at the parts of one DOCX as a reader does."""

    def __init__(
        self, parts: dict[str, bytes], main: str, report: Report, renamed: Callable[[str], str | None]
    ) -> None:
        self.looks = wordlooks.Looks(parts, main, report, renamed)
        self.report = report
        self.page = colours.WHITE
        self._over_picture = any(
            _has_large_drawing(markup.parsed(content))
            for name, content in parts.items()
            if re.search(r"/header\d*\.xml$", name) and b"anchor" in content
        )

    def unseen(self, root: markup.Element) -> set[markup.Element]:
        """Name what nobody sees in a part; return its runs."""
        self._set_page(root)
        self._look_at_drawings(root)
        self._tables = {}
        unseen: set[markup.Element] = set()
        follow, pages = 0, wordruns.Pages(root)
        for paragraph in root.iter(f"{W}p"):
            if _has_large_drawing(paragraph):
                follow = ON_A_PAGE
            found = self._unseen_of(paragraph, over_picture=self._over_picture or follow > 0)
            self._tell(paragraph, found, pages.enter(paragraph))
            unseen |= found.keys()
            follow = 0 if _ends_page(paragraph) else follow - 1
        self._look_for_boxes(root)
        return unseen

    def _tell(
        self, paragraph: markup.Element, found: dict[markup.Element, str], where: dict[str, int]
    ) -> None:
        """Name the runs of a paragraph that nobody sees; those that follow each other are one."""
        kind, words = "", ""
        for run in wordruns.runs(paragraph) if found else ():
            shown = wordruns.words(run)
            if found.get(run, "") != kind and shown.strip():
                if kind:
                    self.report.add(kind, words, **where)
                kind, words = found.get(run, ""), ""
            words += shown
        if kind:
            self.report.add(kind, words, **where)

    def _unseen_of(self, paragraph: markup.Element, *, over_picture: bool) -> dict[markup.Element, str]:
        """Return {run: kind of finding} of a paragraph."""
        found: dict[markup.Element, str] = {}
        runs = [(run, words) for run in wordruns.runs(paragraph) if (words := wordruns.words(run).strip())]
        if not runs:
            return found
        cell = next(paragraph.iterancestors(f"{W}tc", f"{W}txbxContent"), None)
        place = self._place(cell) if cell is not None and cell.tag == f"{W}tc" else None
        properties = paragraph.find(f"{W}pPr")
        style = None if properties is None else value(properties.find(f"{W}pStyle"))
        own = self.looks.of_paragraph(properties)
        row = _of_row(cell)
        ground = cache(lambda: self._ground(paragraph, over_picture))
        for run, words in runs:
            letters = run.find(f"{W}rPr")
            name = None if letters is None else value(letters.find(f"{W}rStyle"))
            look, block = self.looks.of_styles(style, name, place)
            if letters is not None:
                look = look | self.looks.of_run(letters)
            kind = row or _of_form(look, block | own, words)
            kind = kind or self._of_colour(look, block | own, ground)
            if kind:
                found[run] = kind
        return found

    def _set_page(self, root) -> None:
        background = root.find(f"{W}background")
        if background is not None:
            shown = self.looks.shows_background and self.looks.colour(background, "color", "theme")
            self.page = shown or colours.WHITE

    def _of_colour(self, look, block, ground):
        """Return what an editor is told about letters in the colour of their ground, or None."""
        if look.get("raised"):
            return None  # its edges are seen, whatever its colour
        colour, marker = look.get("colour"), look.get("highlight")
        if (
            colour is None
        ):  # programs make it fit, but not all of them to a marker pen: so are words blackened
            dark = marker is not None and colours.look_alike(marker, colours.BLACK)
            return "covered_text" if dark else None
        behind = marker or look.get("shade") or block.get("shade") or ground()
        if behind is UNKNOWN or not colours.look_alike(colour, behind):
            return None
        return "covered_text" if marker else "invisible_text"

    def _ground(self, paragraph, over_picture):
        """Return the colour that lies behind a paragraph, or UNKNOWN."""
        for above in paragraph.iterancestors(f"{W}tc", f"{W}txbxContent"):
            if above.tag == f"{W}txbxContent":
                colour = self._filling(above)
            else:
                style, conditions = self._place(above)
                of_cell = self.looks.of_paragraph(above.find(f"{W}tcPr"))
                of_table = self.looks.of_paragraph(next(above.iterancestors(f"{W}tbl")).find(f"{W}tblPr"))
                of_style = self.looks.style(style, conditions)[2]
                colour = of_cell.get("shade") or of_style.get("shade") or of_table.get("shade")
            if colour is not None:
                return colour
        behind = [one for one in paragraph.iter(f"{_DRAWN}anchor") if one.get("behindDoc") in {"1", "true"}]
        behind += [one for one in paragraph.iter(f"{_VML}*") if "z-index:-" in one.get("style", "")]
        return UNKNOWN if over_picture or behind else self.page

    def _filling(self, content):
        """Return the colour of a text box, None if the page is seen through it, or UNKNOWN."""
        shape = next(content.iterancestors(f"{_SHAPE}wsp"), None)
        if shape is None:
            old = next((one for one in content.iterancestors(f"{_VML}*") if one.get("style")), None)
            if old is None or old.get("filled") in {"f", "false"}:
                return UNKNOWN if old is not None else None
            return colours.of_hex(old.get("fillcolor") or "white") or UNKNOWN
        properties = shape.find(f"{_SHAPE}spPr")
        for one in [] if properties is None else properties:
            match one.tag.removeprefix(_A):
                case "solidFill":
                    return colours.of_fill(one, self.looks.theme) or UNKNOWN
                case "gradFill" | "blipFill" | "pattFill" | "grpFill":
                    return UNKNOWN
                case "noFill":
                    return self._behind(shape)
        style = shape.find(f"{_SHAPE}style/{_A}fillRef")
        if style is not None and style.get("idx") not in {None, "0"}:
            return colours.of_fill(style, self.looks.theme) or UNKNOWN
        return self._behind(shape)

    def _behind(self, shape: markup.Element) -> object:
        """Return UNKNOWN if the part has pictures or other filled shapes, over which a shape may lie."""
        others = len(self._filled) - (shape in self._filled)
        return UNKNOWN if self._pictured or others else None

    def _look_at_drawings(self, root) -> None:
        self._pictured = next(root.iter(f"{_A}blip"), None) is not None
        self._filled = set()
        for one in root.iter(f"{_A}solidFill", f"{_A}gradFill", f"{_A}pattFill", f"{_A}fillRef"):
            around = one.getparent()
            if around.tag in {f"{_SHAPE}spPr", f"{_SHAPE}style"}:
                self._filled.add(around.getparent())

    def _place(self, cell):
        """Return the style of a cell's table, and which of its conditions hold there."""
        if cell not in self._tables:
            table = next(cell.iterancestors(f"{W}tbl"), None)
            if table is None:
                return None, ()
            self._read_table(table)
        return self._tables.get(cell, (None, ()))

    def _read_table(self, table: str) -> None:
        properties = table.find(f"{W}tblPr")
        look = None if properties is None else properties.find(f"{W}tblLook")
        style = None if properties is None else value(properties.find(f"{W}tblStyle"))
        style = style or self.looks.default_of.get("table")
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
                self._tables[cell] = style, _conditions(bits, at, column, edges)

    def _look_for_boxes(self, root) -> None:
        """Name black and white boxes without words that float over the text.

        Where words and boxes come to lie on the page only Word knows, so that each such box is named.
        """
        for anchor in root.iter(f"{_DRAWN}anchor"):
            extent, shape = anchor.find(f"{_DRAWN}extent"), next(anchor.iter(f"{_SHAPE}wsp"), None)
            if shape is None or anchor.get("behindDoc") in {"1", "true"} or extent is None:
                continue
            if min(int(extent.get("cx", "0")), int(extent.get("cy", "0"))) < COVER:
                continue
            if (
                any((one.text or "").strip() for one in anchor.iter(f"{W}t"))
                or next(anchor.iter(f"{_A}blip"), None) is not None
            ):
                continue
            if anchor.find(f"{_DRAWN}wrapNone") is None:
                continue  # text flows around it
            fill = shape.find(f"{_SHAPE}spPr/{_A}solidFill")
            colour = None if fill is None else colours.of_fill(fill, self.looks.theme)
            if colour and any(colours.look_alike(colour, one) for one in (colours.BLACK, colours.WHITE)):
                self.report.add("covered_text")


def _of_form(look, block, words):
    """Return what an editor is told about letters that are hidden, clear or of no size, or None."""
    if look.get("hidden"):
        return "hidden_text"
    if block.get("is_outside"):
        return "outside_text"
    size = look.get("complex_size" if _COMPLEX.search(words) else "size")
    width, line = look.get("width"), block.get("line")
    is_dust = size is not None and size <= TINY
    is_line = (width is not None and 0 < width <= NARROW) or (line is not None and 0 < line <= LOW)
    return "invisible_text" if is_dust or is_line or look.get("clear") else None


def _of_row(cell: markup.Element | None) -> str | None:
    """Return what an editor is told about a cell under another, a row that is hidden or too low, or None."""
    for merged in [] if cell is None else cell.iterfind(f"{W}tcPr/{W}vMerge"):
        if value(merged, default="continue") == "continue":
            return "hidden_text"  # the cell above lies over it
    for row in [] if cell is None else cell.iterancestors(f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is None:
            continue
        height = properties.find(f"{W}trHeight")
        if is_on(properties.find(f"{W}hidden")):
            return "hidden_text"
        if value(height, "hRule") == "exact" and 0 < (whole(height) or 0) <= LOW:
            return "invisible_text"
    return None


def _ends_page(paragraph):
    breaks = any(value(one, "type") == "page" for one in paragraph.iter(f"{W}br"))
    return breaks or next(paragraph.iter(f"{W}lastRenderedPageBreak", f"{W}sectPr"), None) is not None


def _children(element, word: str):
    """Return the rows or cells of a table, also those inside of content controls."""
    for child in element:
        name = markup.local(child)
        if name == word:
            yield child
        elif name in {"sdt", "sdtContent", "customXml"}:
            yield from _children(child, word)


def _conditions(bits, at, column: str, edges):
    """Return the parts of a table's style that hold for a cell, from the weakest to the strongest."""
    top, bottom, left, right = edges
    top, bottom = top and bool(bits & 0x20), bottom and bool(bits & 0x40)
    left, right = left and bool(bits & 0x80), right and bool(bits & 0x100)
    row, column = at - bool(bits & 0x20), column - bool(bits & 0x80)
    holding = {
        "wholeTable": True,
        f"band{column % 2 + 1}Vert": not bits & 0x400 and not left and not right,
        f"band{row % 2 + 1}Horz": not bits & 0x200 and not top and not bottom,
        "firstCol": left, "lastCol": right, "firstRow": top, "lastRow": bottom,
        "nwCell": top and left, "neCell": top and right, "swCell": bottom and left, "seCell": bottom and right,
    }  # fmt: skip
    return tuple(name for name, holds in holding.items() if holds)


def _has_large_drawing(root):
    """Tell whether a floating drawing covers half of a page, as dark covers do."""
    for anchor in root.iter(f"{_DRAWN}anchor"):
        extent = anchor.find(f"{_DRAWN}extent")
        if extent is not None and int(extent.get("cx", "0")) * int(extent.get("cy", "0")) >= LARGE:
            return True
    return False
