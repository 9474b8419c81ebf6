"""The formatting of the text of a DOCX, from its styles, its theme and direct formatting."""

from collections.abc import Callable
from functools import cache
from typing import TypedDict, overload

from articles.documents import colours, markup
from articles.documents.office import relations
from articles.documents.office.namespaces import W14, W
from articles.documents.report import Report

OUTSIDE = -5_000  # indent in twentieths of a point that moves text off the page: no margin is so wide
DEEPEST = 40  # levels of styles that are based on each other; Word has at most eleven

type TableStyle = tuple[str | None, tuple[str, ...]]  # a style, and its conditional parts that apply


class RunLook(TypedDict, total=False):
    """What a style or a run says about its text; a key is missing where it says nothing."""

    hidden: bool
    colour: colours.Colour | None  # None for the automatic colour
    size: int | None  # half points
    complex_size: int | None  # half points, for complex scripts
    width: int | None  # percent
    highlight: colours.Colour | None
    shade: colours.Colour | None
    raised: bool  # has an outline or a relief
    clear: bool  # has no fill


class BlockLook(TypedDict, total=False):
    """What a style, paragraph, cell or table says; a key is missing where it says nothing."""

    is_outside: bool  # off the page
    shade: colours.Colour | None
    line: int | None  # exact height in twentieths of a point


_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF",
    "red": "FF0000", "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "000080", "darkCyan": "008080",
    "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000",
    "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip
_MAPPED = {"background1": "bg1", "text1": "t1", "background2": "bg2", "text2": "t2"}
_SHORT = {"light1": "lt1", "dark1": "dk1", "light2": "lt2", "dark2": "dk2", "hyperlink": "hlink",
          "followedHyperlink": "folHlink", "bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}  # fmt: skip
_USUAL = {"bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2"}


@overload
def value(element: markup.Element | None, name: str = "val", *, default: str) -> str: ...
@overload
def value(element: markup.Element | None, name: str = "val", *, default: None = None) -> str | None: ...
def value(element: markup.Element | None, name: str = "val", *, default: str | None = None) -> str | None:
    """Return an attribute in Word's namespace, or the default where it or the element is missing."""
    found: str | None = default if element is None else element.get(f"{W}{name}", default)
    return found


def is_on(element: markup.Element | None) -> bool:
    """Return whether a toggle property is present and on."""
    return element is not None and value(element, default="1") not in {"0", "false", "off"}


def whole(element: markup.Element | None, name: str = "val") -> int | None:
    """Return an attribute as a whole number, or None where it is missing or no number."""
    try:
        return int(float((value(element, name) or "").removesuffix("%")))
    except (ValueError, OverflowError):
        return None


class WordLooks:
    """The styles of one DOCX."""

    def __init__(
        self, parts: dict[str, bytes], main: str, report: Report, renamed: Callable[[str], str | None]
    ) -> None:
        self._renamed = renamed  # old id of a style to the new one
        links = relations.read(parts, main, type(report)())
        found = {word: name for name, word in links.targets(main).items() if name in parts}
        self.theme = colours.of_theme(parts[found["theme"]]) if "theme" in found else {}
        self.mapping, self.shows_background, self.has_even_pages = dict(_USUAL), False, False
        self._styles: dict[str | None, markup.Element] = {}  # by new id
        self._defaults: tuple[RunLook, BlockLook] = ({}, {})
        self.default_of: dict[str | None, str | None] = {}  # type of a style to the new id of the default one
        if "settings" in found:
            self._read_settings(markup.parsed(parts[found["settings"]]))
        if "styles" in found:
            self._read_styles(markup.parsed(parts[found["styles"]]))
        self.style = cache(self._style)
        self.of_styles = cache(self._of_styles)

    def _read_settings(self, root: markup.Element) -> None:
        mapping = root.find(f"{W}clrSchemeMapping")
        for short in _USUAL:
            self.mapping[short] = value(mapping, short, default=_USUAL[short])
        self.has_even_pages = is_on(root.find(f"{W}evenAndOddHeaders"))
        self.shows_background = is_on(root.find(f"{W}displayBackgroundShape"))

    def _read_styles(self, root: markup.Element) -> None:
        defaults = root.find(f"{W}docDefaults")
        if defaults is not None:
            letters = defaults.find(f"{W}rPrDefault/{W}rPr")
            self._defaults = self.of_run(letters), self.of_paragraph(defaults.find(f"{W}pPrDefault/{W}pPr"))
        for style in root.iter(f"{W}style"):
            name = self._renamed(value(style, "styleId", default=""))
            self._styles[name] = style
            if value(style, "default") in {"1", "true", "on"}:
                self.default_of[value(style, "type")] = name

    def _chain(self, name: str | None) -> list[markup.Element]:
        """Return a style and those that it is based on, the most basic one first."""
        chain: list[markup.Element] = []
        seen: set[str | None] = set()
        while name in self._styles and name not in seen and len(chain) < DEEPEST:
            seen.add(name)
            chain.append(self._styles[name])
            name = self._renamed(value(self._styles[name].find(f"{W}basedOn"), default=""))
        return chain[::-1]

    def _style(
        self, name: str | None, conditions: tuple[str, ...] = ()
    ) -> tuple[RunLook, BlockLook, BlockLook]:
        """Return the formatting of text, paragraphs and cells in a style, with conditional parts of a table style."""
        letters: RunLook = {}
        paragraph: BlockLook = {}
        cell: BlockLook = {}
        chain = self._chain(name)
        for style in chain:
            self._add(style, letters, paragraph, cell)
        for condition in conditions:
            for style in chain:
                for part in style.iterfind(f"{W}tblStylePr"):
                    if value(part, "type") == condition:
                        self._add(part, letters, paragraph, cell)
        return letters, paragraph, cell

    def _add(self, style: markup.Element, letters: RunLook, paragraph: BlockLook, cell: BlockLook) -> None:
        """Add what a style says to the formatting of text, paragraphs and cells."""
        letters |= self.of_run(style.find(f"{W}rPr"))
        paragraph |= self.of_paragraph(style.find(f"{W}pPr"))
        for where in (style.find(f"{W}tblPr"), style.find(f"{W}tcPr")):
            cell |= self.of_paragraph(where)

    def _of_styles(
        self, paragraph: str | None, run: str | None, table: TableStyle | None
    ) -> tuple[RunLook, BlockLook]:
        """Return the formatting of text and paragraph by the styles of paragraph, run and table."""
        letters, block = self._defaults[0].copy(), self._defaults[1].copy()
        hidden = letters.get("hidden", False)
        of_run = self.default_of.get("character") if run is None else run
        names: list[TableStyle] = [(paragraph or self.default_of.get("paragraph"), ()), (of_run, ())]
        for name, conditions in [table, *names] if table else names:
            of_letters, of_block, _cell = self.style(name, conditions)
            letters |= of_letters
            block |= of_block
            hidden = hidden or of_letters.get("hidden", False)
        letters["hidden"] = hidden
        return letters, block

    def of_run(self, properties: markup.Element | None) -> RunLook:
        """Return what a w:rPr says about its text."""
        look: RunLook = {}
        for one in [] if properties is None else properties:
            match one.tag.rpartition("}")[2]:
                case "vanish":
                    look["hidden"] = is_on(one)
                case "color":
                    look["colour"] = self.colour(one, "val", "theme")
                case "sz":
                    look["size"] = whole(one)
                case "szCs":
                    look["complex_size"] = whole(one)
                case "w":
                    look["width"] = whole(one)
                case "highlight":
                    look["highlight"] = colours.of_hex(_HIGHLIGHTS.get(value(one, default="")))
                case "shd":
                    look["shade"] = self.shade(one)
                case "emboss" | "imprint":
                    look["raised"] = is_on(one)
                case "textFill":
                    look |= self._filling(one)
                case "textOutline":
                    look["raised"] = not any(child.tag == f"{W14}noFill" for child in one)
        return look

    def _filling(self, fill: markup.Element) -> RunLook:
        """Return what a w14:textFill says about its text; it overrides the colour."""
        for one in fill:
            if one.tag == f"{W14}noFill":
                return {"clear": True}
            if one.tag != f"{W14}solidFill":
                return {"colour": None}  # a gradient: some of it is visible
            for shown in one:
                alpha = shown.find(f"{W14}alpha")  # the transparency, not the opacity as elsewhere
                if alpha is not None and int(alpha.get(f"{W14}val", "0")) >= colours.OPAQUE:
                    return {"clear": True}
                name = shown.get(f"{W14}val")
                if len(shown) == 0:
                    return {"colour": self.theme.get(_SHORT.get(name, name)) or colours.of_hex(name)}
        return {}

    def of_paragraph(self, properties: markup.Element | None) -> BlockLook:
        """Return what a w:pPr, w:tcPr or w:tblPr says about place, background and line height."""
        look: BlockLook = {}
        if properties is None:
            return look
        for word, names in (("ind", ("left", "start")), ("framePr", ("x", "y"))):
            lengths = [whole(properties.find(f"{W}{word}"), name) for name in names]
            if any(length is not None for length in lengths):
                look["is_outside"] = any((length or 0) <= OUTSIDE for length in lengths)
        shade, spacing = properties.find(f"{W}shd"), properties.find(f"{W}spacing")
        if shade is not None:
            look["shade"] = self.shade(shade)
        if value(spacing, "line") is not None:
            look["line"] = whole(spacing, "line") if value(spacing, "lineRule") == "exact" else None
        return look

    def shade(self, element: markup.Element) -> colours.Colour | None:
        """Return the colour of a w:shd, or None for a transparent one."""
        pattern = value(element, default="clear")
        ground = self.colour(element, "fill", "themeFill")
        if pattern in {"clear", "nil"}:
            return None if pattern == "nil" else ground
        ink = self.colour(element, "color", "theme") or colours.BLACK
        percent = pattern.removeprefix("pct")
        share = 1 if pattern == "solid" else int(percent) / 100 if percent.isdecimal() else 0.5
        return colours.mixed(ink, ground or colours.WHITE, share)

    def colour(self, element: markup.Element, plain: str, theme: str) -> colours.Colour | None:
        """Return the colour that the plain or the theme attribute names, or None for the automatic colour."""
        name = value(element, f"{theme}Color" if theme == "theme" else theme, default="")
        name = self.mapping.get(_MAPPED.get(name, ""), name)
        found = self.theme.get(_SHORT.get(name, name))
        if found is None:
            return colours.of_hex(value(element, plain))
        try:
            if tint := value(element, f"{theme}Tint"):
                share = int(tint, 16) / 255
                return colours.lit(found, share, 1 - share)
            if shade := value(element, f"{theme}Shade"):
                return colours.lit(found, int(shade, 16) / 255)
        except ValueError:
            return None
        return found
