"""What of the text of an ODT nobody sees though it is there: hidden, in the colour of its ground, too small.

Where the ground can't be told (a gradient, a picture, a text box without filling beside other drawings),
letters count as seen.
"""

import re

from articles.documents import colours, markup
from articles.documents.report import Report

from .odtlooks import DRAW, OFFICE, STYLE, SVG, TABLE, TEXT, UNKNOWN, OdtLooks, points

TINY = 2  # points up to which letters are dust
NARROW = 0.1  # of their width up to which letters are lines
LARGE = 250_000  # square points, half of a page: what covers it is the ground of what stands there
ON_A_PAGE = 40  # paragraphs, where the file does not tell how far a page goes
COVER = 3  # points, the least side of a box that hides a letter
_COMPLEX = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]")
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
    """OdtLooks at one part of an ODT as a reader does."""

    def __init__(self, root: markup.Element, others: list[markup.Element], report: Report) -> None:
        self.looks = OdtLooks([*others, root])
        self.report = report
        self._follow = 0  # paragraphs that may yet lie on a large picture
        self._drawn = sum(1 for one in root.iter(*_SHAPES))
        self.seen: list[str] = []  # pieces of text
        self._unseen: tuple[str, list[str]] = (
            "",
            [],
        )  # a kind of finding and its words, until other ones follow
        self._is_told = next(root.iter(f"{TEXT}soft-page-break"), None) is not None
        self._page = 1

    def read(self, root: markup.Element) -> str:
        """Name what nobody sees; return the text that is seen, one paragraph a line."""
        for body in root.iter(f"{OFFICE}body", f"{OFFICE}master-styles"):
            self._walk(body, {}, self.looks.page)
            self._tell()
        lines = (line.strip() for line in "".join(self.seen).split("\n"))
        return "\n".join(line for line in lines if line)

    def _walk(self, element: markup.Element, look: dict, ground: object) -> None:
        hides = element.get(f"{TEXT}display") == "none" and element.tag != f"{TEXT}section"
        if element.tag in _NO_TEXT or hides:
            return
        look, ground = self._entered(element, dict(look), ground)
        self._piece(element.text, look, ground)
        for child in element:
            self._walk(child, look, ground)
            self._piece(child.tail, look, ground)
        if element.tag in _BLOCKS:
            self._tell()
            self.seen.append("\n")
        elif element.tag in {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"}:
            self._piece(" ", look, ground)
        elif element.tag == f"{TEXT}soft-page-break":
            self._page += 1

    def _entered(self, element, look, ground):
        """Return how text looks inside of an element, and on what."""
        family = _FAMILIES.get(element.tag)
        if element.tag in _SHAPES:
            family = "graphic"
            look.clear()  # it begins anew inside of a box
        if family:
            own = self.looks.of(
                family,
                element.get(
                    f"{(DRAW if family == 'graphic' else TABLE if 'table' in family else TEXT)}style-name"
                ),
            )
            filling = own.get("ground")
            if family == "graphic":
                filling = self._of_shape(element, own, ground)
            elif family == "paragraph":
                self._turn(element, own)
                if filling is None and ground is not None and self._is_on_picture(element):
                    filling = UNKNOWN
            ground = filling or ground
            hidden = look.get("hidden")
            look = look | {key: one for key, one in own.items() if key != "ground"}
            look["hidden"] = own.get("hidden") or hidden
        display = element.get(f"{TEXT}display")
        if element.tag == f"{TEXT}section" and display in {"none", "condition"}:
            look["hidden"] = True
        if (
            element.get(f"{TABLE}visibility") in {"collapse", "filter"}
            or element.get(f"{STYLE}display") == "false"
        ):
            look["hidden"] = True
        return look, ground

    def _turn(self, element, own) -> None:
        """Count the paragraphs that may lie on a large picture."""
        if own.get("ends_page") or next(element.iter(f"{TEXT}soft-page-break"), None) is not None:
            self._follow = 0
        self._follow -= 1
        for shape in element.iter(*_SHAPES):
            if _area(shape) >= LARGE:
                self._follow = ON_A_PAGE

    def _is_on_picture(self, element):
        behind = (self.looks.of("graphic", one.get(f"{DRAW}style-name")) for one in element.iter(*_SHAPES))
        return self._follow > 0 or any(own.get("is_behind") for own in behind)

    def _of_shape(self, shape, own, ground):
        """Return the filling of a text box; note a box without words that lies over the text."""
        filling = own.get("ground")
        is_box = shape.tag != f"{DRAW}frame" and not "".join(shape.itertext()).strip()
        if is_box and filling not in {None, UNKNOWN} and own.get("is_behind") is False:
            sides = points(shape.get(f"{SVG}width")) or 0, points(shape.get(f"{SVG}height")) or 0
            if min(sides) >= COVER and any(
                colours.look_alike(filling, one) for one in (colours.BLACK, colours.WHITE)
            ):
                self.report.add("covered_text")
        if filling is None and (self._drawn > 1 or shape.tag != f"{DRAW}frame"):
            return UNKNOWN  # another drawing may lie behind it, or programs fill it as they like
        return filling

    def _piece(self, text: str | None, look: dict, ground: object) -> None:
        """Take a piece of text for seen, or name it; pieces that follow each other are one."""
        words = " ".join((text or "").split())
        kind = self._kind(words, look, ground) if words else None
        if words and kind != self._unseen[0]:
            self._tell()
            self._unseen = (kind or "", [])
        if self._unseen[0]:
            self._unseen[1].append(text or "")
        if text and not kind:
            self.seen.append(text)

    def _tell(self) -> None:
        """Name the words that were taken for unseen."""
        kind, words = self._unseen
        if kind:
            self.report.add(kind, "".join(words), **({"page": self._page} if self._is_told else {}))
        self._unseen = ("", [])

    def _kind(self, words, look, ground):
        if look.get("hidden"):
            return "hidden_text"
        size = look.get("complex_size" if _COMPLEX.search(words) else "size")
        if look.get("clear") or (size is not None and size <= TINY):
            return "invisible_text"
        if 0 < (look.get("width") or 1) <= NARROW or 0 < (look.get("line") or 100) <= TINY:
            return "invisible_text"
        colour = look.get("colour")
        if colour is None or look.get("raised"):
            return None
        ground = look.get("shade") or ground
        if ground is UNKNOWN or not colours.look_alike(colour, ground):
            return None
        return (
            "covered_text"
            if look.get("shade") and colours.look_alike(ground, colours.BLACK)
            else "invisible_text"
        )


def _area(shape):
    return (points(shape.get(f"{SVG}width")) or 0) * (points(shape.get(f"{SVG}height")) or 0)


def fields(root, report) -> None:
    """Name the fields that hold text which they do not show."""
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
