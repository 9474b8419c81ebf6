"""Finds text of an ODT that nobody sees: hidden, in the colour of its background, or too small.

Where the background is unknown (a gradient, a picture, a text box without fill beside other drawings), text counts as
visible.
"""

from articles.documents import colours, markup
from articles.documents.colours import UNKNOWN, Background, Unknown
from articles.documents.office.namespaces import DRAW, OFFICE, STYLE, SVG, TABLE, TEXT
from articles.documents.office.values import COMPLEX_SCRIPT
from articles.documents.report import Report

from .odtlooks import OdtLooks, TextLook, points

TINY = 2  # font size in points up to which text is unreadable
NARROW = 0.1  # share of the normal width up to which letters are unreadable
LARGE = 250_000  # square points, half of a page: a drawing of this size may be the background of the text
PARAGRAPHS_PER_PAGE = (
    40  # at most; the page of a drawing counts as ended after so many, even without a page break
)
COVER = 3  # points, the shortest side of a box that can hide a letter

_FAMILIES = {
    f"{TEXT}p": "paragraph", f"{TEXT}h": "paragraph", f"{TEXT}span": "text", f"{TEXT}a": "text",
    f"{TEXT}section": "section", f"{TABLE}table": "table", f"{TABLE}table-row": "table-row",
    f"{TABLE}table-cell": "table-cell",
}  # fmt: skip
_SHAPES = {
    f"{DRAW}{name}" for name in ("frame", "custom-shape", "rect", "ellipse", "polygon", "path", "circle")
}
_BLOCKS = {f"{TEXT}p", f"{TEXT}h"}
_NO_TEXT = {f"{SVG}title", f"{SVG}desc", f"{OFFICE}binary-data", f"{TEXT}hidden-text"}


class HiddenTextFinder:
    """Reports the text of one part of an ODT that nobody sees."""

    def __init__(self, root: markup.Element, others: list[markup.Element], report: Report) -> None:
        self.looks = OdtLooks([*others, root])
        self.report = report
        self._paragraphs_left = 0  # that may be on the page of a large drawing, which may be their background
        self._drawn = sum(1 for one in root.iter(*_SHAPES))
        self.seen: list[str] = []  # visible pieces of text
        self._unseen: tuple[str, list[str]] = ("", [])  # the current kind of finding and its text
        self._has_breaks = next(root.iter(f"{TEXT}soft-page-break"), None) is not None
        self._page = 1

    def read(self, root: markup.Element) -> str:
        """Report text that nobody sees; return the visible text, one line a paragraph."""
        for body in root.iter(f"{OFFICE}body", f"{OFFICE}master-styles"):
            self._walk(body, {}, self.looks.page)
            self._report()
        lines = (line.strip() for line in "".join(self.seen).split("\n"))
        return "\n".join(line for line in lines if line)

    def _walk(self, element: markup.Element, look: TextLook, ground: Background) -> None:
        """Read an element and its content, with the look and background of the elements around it."""
        hides = element.get(f"{TEXT}display") == "none" and element.tag != f"{TEXT}section"
        if element.tag in _NO_TEXT or hides:
            return
        look, ground = self._entered(element, look, ground)
        self._piece(element.text, look, ground)
        for child in element:
            self._walk(child, look, ground)
            self._piece(child.tail, look, ground)
        if element.tag in _BLOCKS:
            self._report()
            self.seen.append("\n")
        elif element.tag in {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"}:
            self._piece(" ", look, ground)
        elif element.tag == f"{TEXT}soft-page-break":
            self._page += 1

    def _entered(
        self, element: markup.Element, around: TextLook, ground: Background
    ) -> tuple[TextLook, Background]:
        """Return the look and the background of text inside of an element."""
        family = _FAMILIES.get(element.tag)
        look = around.copy()
        if element.tag in _SHAPES:
            family = "graphic"
            look = {}  # a box inherits nothing
        if family:
            space = DRAW if family == "graphic" else TABLE if "table" in family else TEXT
            own = self.looks.of(family, element.get(f"{space}style-name"))
            filling = own.get("ground")
            if family == "graphic":
                filling = self._of_shape(element, own)
            elif family == "paragraph":
                self._turn(element, own)
                if filling is None and self._is_on_picture(element):
                    filling = UNKNOWN
            ground = filling or ground
            hidden = look.get("hidden", False)
            look |= own
            look.pop("ground", None)
            look["hidden"] = own.get("hidden", False) or hidden
        display = element.get(f"{TEXT}display")
        if element.tag == f"{TEXT}section" and display in {"none", "condition"}:
            look["hidden"] = True
        if (
            element.get(f"{TABLE}visibility") in {"collapse", "filter"}
            or element.get(f"{STYLE}display") == "false"
        ):
            look["hidden"] = True
        return look, ground

    def _turn(self, element: markup.Element, own: TextLook) -> None:
        """Count the paragraphs that may be on a large drawing, from one to the next."""
        if own.get("ends_page") or next(element.iter(f"{TEXT}soft-page-break"), None) is not None:
            self._paragraphs_left = 0
        self._paragraphs_left -= 1
        for shape in element.iter(*_SHAPES):
            if _area(shape) >= LARGE:
                self._paragraphs_left = PARAGRAPHS_PER_PAGE

    def _is_on_picture(self, element: markup.Element) -> bool:
        """Return whether a paragraph may be on a drawing."""
        behind = (self.looks.of("graphic", one.get(f"{DRAW}style-name")) for one in element.iter(*_SHAPES))
        return self._paragraphs_left > 0 or any(own.get("is_behind") for own in behind)

    def _of_shape(self, shape: markup.Element, own: TextLook) -> Background | None:
        """Return the fill of a text box, and report a box without text that floats over the text."""
        filling = own.get("ground")
        is_box = shape.tag != f"{DRAW}frame" and not "".join(shape.itertext()).strip()
        plain = None if isinstance(filling, Unknown) else filling
        if is_box and plain is not None and own.get("is_behind") is False:
            sides = points(shape.get(f"{SVG}width")) or 0, points(shape.get(f"{SVG}height")) or 0
            if min(sides) >= COVER and any(
                colours.look_alike(plain, one) for one in (colours.BLACK, colours.WHITE)
            ):
                self.report.add("covered_text")
        if filling is None and (self._drawn > 1 or shape.tag != f"{DRAW}frame"):
            return UNKNOWN  # another drawing may be behind it, or programs fill it by default
        return filling

    def _piece(self, text: str | None, look: TextLook, ground: Background) -> None:
        """Add a piece of text to the visible text, or to the finding of the pieces before it."""
        words = " ".join((text or "").split())
        kind = self._kind(words, look, ground) if words else None
        if words and kind != self._unseen[0]:
            self._report()
            self._unseen = (kind or "", [])
        if self._unseen[0]:
            self._unseen[1].append(text or "")
        if text and not kind:
            self.seen.append(text)

    def _report(self) -> None:
        """Report the pieces that nobody sees so far."""
        kind, words = self._unseen
        if kind:
            self.report.add(kind, "".join(words), **({"page": self._page} if self._has_breaks else {}))
        self._unseen = ("", [])

    def _kind(self, words: str, look: TextLook, ground: Background) -> str | None:
        """Return the kind of finding for text that nobody sees, or None."""
        if look.get("hidden"):
            return "hidden_text"
        size = look.get("complex_size") if COMPLEX_SCRIPT.search(words) else look.get("size")
        if look.get("clear") or (size is not None and size <= TINY):
            return "invisible_text"
        if 0 < (look.get("width") or 1) <= NARROW or 0 < (look.get("line") or 100) <= TINY:
            return "invisible_text"
        colour = look.get("colour")
        if colour is None or look.get("raised"):
            return None
        ground = look.get("shade") or ground
        if isinstance(ground, Unknown) or not colours.look_alike(colour, ground):
            return None
        is_blackened = look.get("shade") and colours.look_alike(ground, colours.BLACK)
        return "covered_text" if is_blackened else "invisible_text"


def _area(shape: markup.Element) -> float:
    """Return the area of a shape in square points, or 0 where its size is unknown."""
    return (points(shape.get(f"{SVG}width")) or 0) * (points(shape.get(f"{SVG}height")) or 0)


def report_fields(root: markup.Element, report: Report) -> None:
    """Report the fields that hold text which they do not show."""
    for element in root.iter(f"{TEXT}*"):
        word = markup.local(element)
        shown = "".join(element.itertext()).strip()
        stored = element.get(f"{TEXT}string-value") or element.get(f"{OFFICE}string-value") or ""
        if word in {"hidden-text", "hidden-paragraph"}:
            if shown or stored or word == "hidden-paragraph":
                report.add("hidden_text", shown or stored)
        elif word == "conditional-text":
            for name in ("string-value-if-true", "string-value-if-false"):
                other = element.get(f"{TEXT}{name}", "").strip()
                if other and other != shown:
                    report.add("hidden_text", other)
        elif element.get(f"{TEXT}display") == "none" and word != "section" and (shown or stored):
            report.add("hidden_text", shown or stored)
