"""The look of the text of an ODT, from its styles and those that they are based on."""

from collections.abc import Sequence
from functools import cache
from typing import TypedDict

from articles.documents import colours, markup
from articles.documents.colours import UNKNOWN, Background
from articles.documents.office.namespaces import DRAW, FO, LOEXT, STYLE, TEXT

DEEPEST = 40  # levels of styles that are based on each other
_POINTS = {"pt": 1, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72, "pc": 12, "px": 0.75}


class TextLook(TypedDict, total=False):
    """What styles say about text and its background; a key is missing where they say nothing."""

    hidden: bool
    clear: bool  # transparent
    raised: bool  # has an outline or a relief
    colour: colours.Colour | None  # None for the automatic colour
    shade: colours.Colour | None  # the background of the letters
    size: float | None  # points
    complex_size: float | None  # points, for complex scripts
    width: float | None  # share of the normal width
    line: float | None  # line height in points
    ground: Background | None  # the fill of a paragraph, cell, section or shape
    is_behind: bool  # whether a shape is behind the text
    ends_page: bool


def points(length: str | None) -> float | None:
    """Return a length in points, or None for other text."""
    if length is None:
        return None
    try:
        return float(length[:-2]) * _POINTS[length[-2:]]
    except (KeyError, ValueError):
        return None


def share(percent: str | None) -> float | None:
    """Return 0.5 for "50%", or None for other text."""
    if percent is None or not percent.endswith("%"):
        return None
    try:
        return float(percent.removesuffix("%")) / 100
    except ValueError:
        return None


class OdtLooks:
    """The styles of one part of an ODT: its automatic ones and the common ones."""

    def __init__(self, roots: Sequence[markup.Element]) -> None:
        self._styles: dict[tuple[str | None, str | None], markup.Element] = {}  # by family and name
        self._defaults: dict[str | None, markup.Element] = {}  # by family
        self.page: Background = colours.WHITE
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                self._styles[style.get(f"{STYLE}family"), style.get(f"{STYLE}name")] = style
            for style in root.iter(f"{STYLE}default-style"):
                self._defaults[style.get(f"{STYLE}family")] = style
        self.of = cache(self._of)
        self._find_page(roots)

    def _find_page(self, roots: Sequence[markup.Element]) -> None:
        """Set the background of all pages to that of the first master page."""
        for root in roots:
            layouts = {one.get(f"{STYLE}name"): one for one in root.iter(f"{STYLE}page-layout")}
            master = next(root.iter(f"{STYLE}master-page"), None)
            layout = None if master is None else layouts.get(master.get(f"{STYLE}page-layout-name"))
            for one in [] if layout is None else layout.iterfind(f"{STYLE}page-layout-properties"):
                self.page = _ground(one) or self.page

    def _of(self, family: str, name: str | None) -> TextLook:
        """Return what a style, its parents and the default style say."""
        chain: list[markup.Element] = []
        seen: set[str | None] = set()
        while (family, name) in self._styles and name not in seen and len(chain) < DEEPEST:
            seen.add(name)
            chain.append(self._styles[family, name])
            name = self._styles[family, name].get(f"{STYLE}parent-style-name")
        if family in self._defaults and family != "text":
            chain.append(self._defaults[family])
        look: TextLook = {}
        for style in reversed(chain):
            for one in style:
                look |= _named(one, look)
        return look


def _named(properties: markup.Element, before: TextLook) -> TextLook:
    """Return what one element of properties says; relative sizes refer to the look before."""
    word, get = markup.local(properties), properties.get
    if word == "text-properties":
        return _of_letters(properties, before)
    look: TextLook = {}
    if word in {"paragraph-properties", "table-cell-properties", "table-row-properties", "table-properties",
                "section-properties", "graphic-properties"}:  # fmt: skip
        if get(f"{FO}background-color") or get(f"{DRAW}fill"):
            look["ground"] = _ground(properties)
        if get(f"{FO}line-height"):
            look["line"] = points(get(f"{FO}line-height"))
        if get(f"{STYLE}run-through"):
            look["is_behind"] = get(f"{STYLE}run-through") == "background"
    if get(f"{FO}break-before") == "page" or get(f"{FO}break-after") == "page":
        look["ends_page"] = True
    return look


def _size(length: str, before: float | None) -> float | None:
    """Return a font size in points; one in percent refers to the size before, or to 12 points."""
    part = share(length)
    return points(length) if part is None else (before or 12) * part


def _of_letters(properties: markup.Element, before: TextLook) -> TextLook:
    """Return what text properties say; relative sizes refer to the look before."""
    look: TextLook = {}
    get = properties.get
    if get(f"{TEXT}display"):
        look["hidden"] = get(f"{TEXT}display") in {"none", "condition"}
    if get(f"{FO}color"):
        look["colour"] = colours.of_hex(get(f"{FO}color"))
    if get(f"{STYLE}use-window-font-color") == "true":
        look["colour"] = None
    if size := get(f"{FO}font-size"):
        look["size"] = _size(size, before.get("size"))
    if size := get(f"{STYLE}font-size-complex"):
        look["complex_size"] = _size(size, before.get("complex_size"))
    if get(f"{FO}background-color"):
        look["shade"] = colours.of_hex(get(f"{FO}background-color"))
    if get(f"{STYLE}text-scale"):
        look["width"] = share(get(f"{STYLE}text-scale"))
    if get(f"{LOEXT}opacity"):
        look["clear"] = (share(get(f"{LOEXT}opacity")) or 0) < 0.1
    if get(f"{STYLE}text-outline") or get(f"{STYLE}font-relief"):
        look["raised"] = get(f"{STYLE}text-outline") == "true" or get(f"{STYLE}font-relief") not in {
            None,
            "none",
        }
    return look


def _ground(properties: markup.Element) -> Background | None:
    """Return the colour of a fill, None where there is none, or UNKNOWN."""
    kind = properties.get(f"{DRAW}fill")
    pictures = properties.iterfind(f"{STYLE}background-image")
    if kind in {"gradient", "bitmap", "hatch"} or any(one.attrib or len(one) for one in pictures):
        return UNKNOWN
    if kind == "solid":
        if (share(properties.get(f"{DRAW}opacity", "100%")) or 0) < 0.9:
            return UNKNOWN
        return colours.of_hex(properties.get(f"{DRAW}fill-color"))
    return None if kind == "none" else colours.of_hex(properties.get(f"{FO}background-color"))
