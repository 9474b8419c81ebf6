"""The formats of the cells of an XLSX, and which of them hide what a cell holds."""

from collections.abc import Sequence

from articles.documents import colours, markup
from articles.documents.colours import UNKNOWN, Background, Colour
from articles.documents.office.namespaces import S

TINY = 2  # font size in points up to which text is unreadable
_THEME = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink",
    "folHlink",
)  # fmt: skip
_FIRST = "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF "
_PALETTE = (  # of indexed colours (ECMA-376, part 1, section 18.8.27)
    f"{_FIRST}{_FIRST}"
    "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC "
    "CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC "
    "CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 "
    "993366 333399 333333 "
    "000000 FFFFFF"
).split()


class SheetLooks:
    """The cell formats of one workbook, from its parts with styles and theme."""

    def __init__(self, styles: bytes | None, theme: bytes | None) -> None:
        self.theme = {} if theme is None else colours.of_theme(theme)
        root = None if styles is None else markup.parsed(styles)
        self.grounds: list[Background | None] = []  # by the number of a format
        self.kinds: dict[str, str] = {}  # number of a format that hides its text to the kind of finding
        self.hiding_rules: set[str] = set()  # numbers of the differential formats that hide text
        self.white: set[str] = set()  # numbers of formats that hide text only where the cell has no fill
        if root is None:
            return
        blank = {one.get("numFmtId") for one in root.iter(f"{S}numFmt") if _is_blank(one)}
        fonts = list(root.iterfind(f"{S}fonts/{S}font"))
        grounds = [self.ground(one) for one in root.iterfind(f"{S}fills/{S}fill")]
        for at, one in enumerate(root.iterfind(f"{S}cellXfs/{S}xf")):
            ground = _at(grounds, one.get("fillId"))
            font = _at(fonts, one.get("fontId"))
            self.grounds.append(ground)
            kind = "hidden_text" if one.get("numFmtId") in blank else self.kind_of(font, ground)
            if kind:
                self.kinds[str(at)] = kind
            if kind == "invisible_text" and self.kind_of(font, UNKNOWN) is None:
                self.white.add(str(at))
        for at, one in enumerate(root.iterfind(f"{S}dxfs/{S}dxf")):
            if self.hides(one):
                self.hiding_rules.add(str(at))

    def ground_of(self, style: str | None) -> Background | None:
        """Return the fill colour of a cell by the number of its format, None for no fill, or UNKNOWN."""
        return _at(self.grounds, style or "0")

    def kind_of(self, font: markup.Element | None, ground: Background | None) -> str | None:
        """Return the kind of finding for text in a font on a background, or None if it is visible."""
        if font is None:
            return None
        size, colour = font.find("{*}sz"), self.colour(font.find("{*}color"))
        if size is not None and 0 < float(size.get("val", "11")) <= TINY:
            return "invisible_text"
        if colour is None or ground is UNKNOWN:
            return None
        return "invisible_text" if colours.look_alike(colour, ground or colours.WHITE) else None

    def hides(self, rule: markup.Element) -> bool:
        """Return whether a conditional format hides text."""
        formats, font, fill = rule.find("{*}numFmt"), rule.find("{*}font"), rule.find("{*}fill")
        if formats is not None and _is_blank(formats):
            return True
        ground = None if fill is None else self.ground(fill, is_rule=True)
        return self.kind_of(font, ground) is not None

    def ground(self, fill: markup.Element, *, is_rule: bool = False) -> Background | None:
        """Return the colour of a fill, None for no fill, or UNKNOWN; is_rule is for those of conditional formats."""
        pattern = fill.find("{*}patternFill")
        if pattern is None:
            return UNKNOWN  # a gradient
        kind = pattern.get("patternType", "solid" if is_rule else "none")
        if kind == "none":
            return None
        colour = pattern.find("{*}bgColor" if is_rule else "{*}fgColor")
        return (self.colour(colour) if kind == "solid" else None) or UNKNOWN

    def colour(self, element: markup.Element | None) -> Colour | None:
        """Return a colour, or None for the automatic one."""
        if element is None or element.get("auto") in {"1", "true"}:
            return None
        theme, indexed = element.get("theme", ""), element.get("indexed", "")
        if theme.isdecimal():
            found = self.theme.get(_at(_THEME, theme) or "")
        elif indexed.isdecimal():
            found = colours.of_hex(_at(_PALETTE, indexed))
        else:
            found = colours.of_hex(element.get("rgb"))
        tint = float(element.get("tint", "0"))
        if found is None or tint == 0:
            return found
        return colours.lit(found, 1 + tint) if tint < 0 else colours.lit(found, 1 - tint, tint)


def _is_blank(one: markup.Element) -> bool:
    """Return whether a number format shows nothing (;;;)."""
    return set(one.get("formatCode", "x").strip()) == {";"}


def _at[T](listed: Sequence[T], number: str | None) -> T | None:
    """Return the item of a list with a number, the first one without a number, or None."""
    at = int(number) if number and number.isdecimal() else 0
    return listed[at] if at < len(listed) else None
