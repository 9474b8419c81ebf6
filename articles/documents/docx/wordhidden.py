"""Finds text of a DOCX that nobody sees: hidden, in the colour of its background, too small, or under a box.

Where the background is unknown (a picture, a gradient, a text box without fill over something else), text counts as
visible. In tables the background comes from the table style, cell by cell. False alarms cost an editor a tick; a
hidden name that is not reported becomes public.
"""

import re
from collections.abc import Callable
from functools import cache

from articles.documents import colours, markup
from articles.documents.colours import UNKNOWN, Background, Unknown
from articles.documents.office.namespaces import A, W
from articles.documents.office.values import COMPLEX_SCRIPT
from articles.documents.report import Report

from . import wordlooks, wordruns, wordtables
from .wordlooks import BlockLook, RunLook, is_on, value, whole

TINY = 4  # font size in half points up to which text is unreadable
NARROW = 10  # percent of the normal width up to which letters are unreadable
LOW = 40  # height, in twentieths of a point, up to which a line or row is unreadable
COVER = 12_700 * 3  # EMU, the shortest side of a box that can hide a letter
LARGE = 4e13  # EMU², half of a page: a drawing of this size may be the background of the text
PARAGRAPHS_PER_PAGE = (
    40  # at most; the page of a drawing counts as ended after so many, even without a page break
)

_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_VML = "{urn:schemas-microsoft-com:vml}"


class HiddenTextFinder:
    """Reports the text of one DOCX that nobody sees."""

    def __init__(
        self, parts: dict[str, bytes], main: str, report: Report, renamed: Callable[[str], str | None]
    ) -> None:
        self.looks = wordlooks.WordLooks(parts, main, report, renamed)
        self.report = report
        self.page: colours.Colour = colours.WHITE
        self._cells = self._new_cells()
        self._over_picture = any(
            _has_large_drawing(markup.parsed(content))
            for name, content in parts.items()
            if re.search(r"/header\d*\.xml$", name) and b"anchor" in content
        )

    def _new_cells(self) -> wordtables.Cells:
        return wordtables.Cells(self.looks.default_of.get("table"))

    def unseen(self, root: markup.Element) -> set[markup.Element]:
        """Report the text of a part that nobody sees; return its runs."""
        self._set_page(root)
        self._look_at_drawings(root)
        self._cells = self._new_cells()
        unseen: set[markup.Element] = set()
        # Paragraphs left that may be on the page of a large drawing, which may be their background.
        paragraphs_left, pages = 0, wordruns.Pages(root)
        for paragraph in root.iter(f"{W}p"):
            if _has_large_drawing(paragraph):
                paragraphs_left = PARAGRAPHS_PER_PAGE
            found = self._unseen_of(paragraph, over_picture=self._over_picture or paragraphs_left > 0)
            self._report(paragraph, found, pages.enter(paragraph))
            unseen |= found.keys()
            paragraphs_left = 0 if _ends_page(paragraph) else paragraphs_left - 1
        self._look_for_boxes(root)
        return unseen

    def _report(
        self, paragraph: markup.Element, found: dict[markup.Element, str], where: dict[str, int]
    ) -> None:
        """Report the hidden runs of a paragraph, adjacent ones of the same kind as one finding."""
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
        place = self._cells.style_of(cell) if cell is not None and cell.tag == f"{W}tc" else None
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
                look = look | self.looks.of_run(letters)  # of_styles() is cached: its result is not to change
            kind = row or _of_form(look, block | own, words)
            kind = kind or self._of_colour(look, block | own, ground)
            if kind:
                found[run] = kind
        return found

    def _set_page(self, root: markup.Element) -> None:
        """Note the background colour of the pages."""
        background = root.find(f"{W}background")
        if background is not None:
            shows = self.looks.shows_background
            shown = self.looks.colour(background, "color", "theme") if shows else None
            self.page = shown or colours.WHITE

    def _of_colour(self, look: RunLook, block: BlockLook, ground: Callable[[], Background]) -> str | None:
        """Return the kind of finding for text in the colour of its background, or None."""
        if look.get("raised"):
            return None  # its edges are visible, whatever its colour
        colour, marker = look.get("colour"), look.get("highlight")
        # Automatic colour: programs choose black or white to fit the background, but some ignore black highlighting.
        if colour is None:
            dark = marker is not None and colours.look_alike(marker, colours.BLACK)
            return "covered_text" if dark else None
        behind: Background = marker or look.get("shade") or block.get("shade") or ground()
        if isinstance(behind, Unknown) or not colours.look_alike(colour, behind):
            return None
        return "covered_text" if marker else "invisible_text"

    def _ground(self, paragraph: markup.Element, over_picture: bool) -> Background:
        """Return the background colour of a paragraph, or UNKNOWN."""
        colour: Background | None
        for above in paragraph.iterancestors(f"{W}tc", f"{W}txbxContent"):
            if above.tag == f"{W}txbxContent":
                colour = self._filling(above)
            else:
                style, conditions = self._cells.style_of(above)
                of_cell = self.looks.of_paragraph(above.find(f"{W}tcPr"))
                of_table = self.looks.of_paragraph(next(above.iterancestors(f"{W}tbl")).find(f"{W}tblPr"))
                of_style = self.looks.style(style, conditions)[2]
                colour = of_cell.get("shade") or of_style.get("shade") or of_table.get("shade")
            if colour is not None:
                return colour
        behind = [one for one in paragraph.iter(f"{_DRAWN}anchor") if one.get("behindDoc") in {"1", "true"}]
        behind += [one for one in paragraph.iter(f"{_VML}*") if "z-index:-" in one.get("style", "")]
        return UNKNOWN if over_picture or behind else self.page

    def _filling(self, content: markup.Element) -> Background | None:
        """Return the fill colour of a text box by its content, None if the page shows through, or UNKNOWN."""
        shape = next(content.iterancestors(f"{_SHAPE}wsp"), None)
        if shape is None:
            old = next((one for one in content.iterancestors(f"{_VML}*") if one.get("style")), None)
            if old is None or old.get("filled") in {"f", "false"}:
                return UNKNOWN if old is not None else None
            return colours.of_hex(old.get("fillcolor") or "white") or UNKNOWN
        properties = shape.find(f"{_SHAPE}spPr")
        for one in [] if properties is None else properties:
            match one.tag.removeprefix(A):
                case "solidFill":
                    return colours.of_fill(one, self.looks.theme) or UNKNOWN
                case "gradFill" | "blipFill" | "pattFill" | "grpFill":
                    return UNKNOWN
                case "noFill":
                    return self._behind(shape)
        style = shape.find(f"{_SHAPE}style/{A}fillRef")
        if style is not None and style.get("idx") not in {None, "0"}:
            return colours.of_fill(style, self.looks.theme) or UNKNOWN
        return self._behind(shape)

    def _behind(self, shape: markup.Element) -> Unknown | None:
        """Return UNKNOWN if the part has pictures or other filled shapes that may lie behind a shape, or None."""
        others = len(self._filled) - (shape in self._filled)
        return UNKNOWN if self._pictured or others else None

    def _look_at_drawings(self, root: markup.Element) -> None:
        """Note whether a part has pictures, and which shapes are filled."""
        self._pictured = next(root.iter(f"{A}blip"), None) is not None
        self._filled: set[markup.Element] = set()
        for one in root.iter(f"{A}solidFill", f"{A}gradFill", f"{A}pattFill", f"{A}fillRef"):
            around = one.getparent()
            if around.tag in {f"{_SHAPE}spPr", f"{_SHAPE}style"}:
                self._filled.add(around.getparent())

    def _look_for_boxes(self, root: markup.Element) -> None:
        """Report black and white boxes without content that float over the text.

        Only Word's layout knows which text they cover, so that each such box is reported.
        """
        for anchor in root.iter(f"{_DRAWN}anchor"):
            extent, shape = anchor.find(f"{_DRAWN}extent"), next(anchor.iter(f"{_SHAPE}wsp"), None)
            if shape is None or anchor.get("behindDoc") in {"1", "true"} or extent is None:
                continue
            if min(int(extent.get("cx", "0")), int(extent.get("cy", "0"))) < COVER:
                continue
            if (
                any((one.text or "").strip() for one in anchor.iter(f"{W}t"))
                or next(anchor.iter(f"{A}blip"), None) is not None
            ):
                continue
            if anchor.find(f"{_DRAWN}wrapNone") is None:
                continue  # text flows around it
            fill = shape.find(f"{_SHAPE}spPr/{A}solidFill")
            colour = None if fill is None else colours.of_fill(fill, self.looks.theme)
            if colour and any(colours.look_alike(colour, one) for one in (colours.BLACK, colours.WHITE)):
                self.report.add("covered_text")


def _of_form(look: RunLook, block: BlockLook, words: str) -> str | None:
    """Return the kind of finding for text that is hidden, transparent or too small, or None."""
    if look.get("hidden"):
        return "hidden_text"
    if block.get("is_outside"):
        return "outside_text"
    size = look.get("complex_size") if COMPLEX_SCRIPT.search(words) else look.get("size")
    width, line = look.get("width"), block.get("line")
    is_tiny = size is not None and size <= TINY
    is_flat = (width is not None and 0 < width <= NARROW) or (line is not None and 0 < line <= LOW)
    return "invisible_text" if is_tiny or is_flat or look.get("clear") else None


def _of_row(cell: markup.Element | None) -> str | None:
    """Return the kind of finding for a cell under a merged one, or in a row that is hidden or too low, or None."""
    for merged in [] if cell is None else cell.iterfind(f"{W}tcPr/{W}vMerge"):
        if value(merged, default="continue") == "continue":
            return "hidden_text"  # the merged cell above covers it
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


def _ends_page(paragraph: markup.Element) -> bool:
    """Return whether a paragraph holds a page break or the end of a section."""
    breaks = any(value(one, "type") == "page" for one in paragraph.iter(f"{W}br"))
    return breaks or next(paragraph.iter(f"{W}lastRenderedPageBreak", f"{W}sectPr"), None) is not None


def _has_large_drawing(root: markup.Element) -> bool:
    """Return whether a floating drawing covers half of a page, as the dark background of a title page does."""
    for anchor in root.iter(f"{_DRAWN}anchor"):
        extent = anchor.find(f"{_DRAWN}extent")
        if extent is not None and int(extent.get("cx", "0")) * int(extent.get("cy", "0")) >= LARGE:
            return True
    return False
