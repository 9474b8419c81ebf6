"""Rules for values in drawings that are more than numbers and keywords of the standards."""

import re

from . import values
from .rebuilding import ValueRule

_STYLES = {
    "position", "left", "top", "width", "height", "margin-left", "margin-top", "margin-right", "margin-bottom",
    "z-index", "rotation", "flip", "visibility", "text-align", "vertical-align", "layout-flow", "direction",
    "mso-position-horizontal", "mso-position-horizontal-relative", "mso-position-vertical",
    "mso-position-vertical-relative", "mso-wrap-style", "mso-wrap-distance-left", "mso-wrap-distance-right",
    "mso-wrap-distance-top", "mso-wrap-distance-bottom", "mso-wrap-edited", "mso-width-percent",
    "mso-height-percent", "mso-width-relative", "mso-height-relative", "mso-fit-shape-to-text",
    "mso-layout-flow-alt", "mso-left-percent", "mso-top-percent", "mso-rotate", "v-text-anchor", "font-family",
    "font-size", "font-weight", "font-style", "v-text-kern", "v-text-spacing", "v-text-reverse", "v-rotate-letters",
    "text-decoration", "antialias", "mso-text-shadow", "display", "white-space",
}  # fmt: skip
_SHAPE_ID = re.compile(r"#?_x0000_[a-z]\d{1,8}|[LCR][HF](FIRST|EVEN)?")
_VML_PATH = re.compile(r"[a-z\d@#,.\s-]*")
_SCRIPT = re.compile(r"[A-Z][a-z]{3}")
_EXTENSIONS = {
    "{28A0092B-C50C-407E-A947-70E740481C1C}", "{96DAC541-7B7A-43D3-8B79-37D633B846F1}",
    "{C183D7F6-B498-43B3-948B-1728B52AA6E4}",
}  # fmt: skip
_GRAPHICS = {
    "http://schemas.openxmlformats.org/drawingml/2006/picture", "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
}  # fmt: skip
_FIELDS = {
    "slidenum",
    "datetime",
    "CELLRANGE",
    "SERIESNAME",
    "VALUE",
    "CATEGORYNAME",
    "XVALUE",
    "YVALUE",
    "PERCENTAGE",
}
_NO_FIELD = "{00000000-0000-0000-0000-000000000000}"
NUMBER_FORMAT = 250  # characters, more than any that Excel takes


def unchanged(value: str) -> str:
    """Return a value as it is."""
    return value


def always(value: str) -> ValueRule:
    """Return a rule that replaces every value by the same one."""
    return lambda _given: value


def among(allowed: set[str]) -> ValueRule:
    """Return a rule that keeps the allowed values."""
    return lambda given: given if given in allowed else None


def matching(pattern: re.Pattern[str]) -> ValueRule:
    """Return a rule that keeps values that match a pattern."""
    return lambda given: given if pattern.fullmatch(given) else None


def style(css: str) -> str | None:
    """Return the known properties of a VML style that have plain values, or None if there are none."""
    kept = []
    for one in css.split(";"):
        name, _, value = one.partition(":")
        name, value = name.strip().lower(), value.strip()
        rule = values.font if name == "font-family" else values.plain
        if name in _STYLES and (found := rule(value.strip("\"'"))) is not None:
            kept.append(f"{name}:{found}")
    return ";".join(kept) or None


def vml_path(value: str) -> str | None:
    """Return the path of a VML shape, or None for other text."""
    is_one = _VML_PATH.fullmatch(value) and not re.search(r"[a-z]{4}", value)
    return value if is_one else None


def number_format(code: str) -> str | None:
    """Return a number format of a spreadsheet, or None for one that holds a file path."""
    return values.human(code[:NUMBER_FORMAT])


_FONTS = ("latin", "ea", "cs", "sym", "buFont", "font")
_SHAPES = (
    "shape",
    "rect",
    "roundrect",
    "oval",
    "line",
    "polyline",
    "arc",
    "curve",
    "group",
    "image",
    "shapetype",
)

RULES: dict[str, ValueRule] = {
    **{f"a:{name}@typeface": values.font for name in _FONTS},
    **{f"a:{name}@name": always("Office") for name in ("theme", "clrScheme", "fontScheme", "fmtScheme")},
    "a:font@script": matching(_SCRIPT),
    "a:gd@name": values.plain,
    "a:buChar@char": lambda value: value[:2],
    "a:fld@type": among(_FIELDS),
    "a:fld@id": always(_NO_FIELD),
    "a:ext@uri": among(_EXTENSIONS),
    "a:graphicData@uri": among(_GRAPHICS),
    "a:hlinkClick@tooltip": values.human,
    "@lang": values.language,
    "@altLang": values.language,
    **{f"{one}:cNvPr@name": always("Drawing") for one in ("pic", "wps", "wpg", "cdr")},
    "wp:docPr@name": always("Drawing"),
    "xdr:cNvPr@name": always("Drawing"),
    **{
        f"{one}@descr": values.human
        for one in ("wp:docPr", "pic:cNvPr", "xdr:cNvPr", "wps:cNvPr", "wpg:cNvPr")
    },
    **{
        f"{one}@title": values.human
        for one in ("wp:docPr", "pic:cNvPr", "xdr:cNvPr", "wps:cNvPr", "wpg:cNvPr")
    },
    "c:numFmt@formatCode": number_format,
    "c:pt@formatCode": number_format,
    "c:formatCode": number_format,
    "c:separator": lambda value: value[:4],
    "c:name": values.human,
    "m:chr@m:val": lambda value: value[:2],
    "m:begChr@m:val": lambda value: value[:2],
    "m:endChr@m:val": lambda value: value[:2],
    "m:sepChr@m:val": lambda value: value[:2],
    "m:mathFont@m:val": values.font,
    **{f"v:{name}@style": style for name in (*_SHAPES, "textbox", "textpath", "background")},
    **{f"v:{name}@id": matching(_SHAPE_ID) for name in _SHAPES},
    "v:shape@type": matching(_SHAPE_ID),
    **{f"v:{name}@path": vml_path for name in ("shape", "shapetype")},
    "v:path@v": vml_path,
    "v:textpath@string": values.human,
    "@xml:space": among({"preserve", "default"}),
}
