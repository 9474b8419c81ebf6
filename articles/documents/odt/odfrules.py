"""Rules for values in an ODT that are more than numbers and keywords of the standards."""

import re

from articles.documents.office import drawingrules, values
from articles.documents.office.rebuilding import ValueRule
from articles.documents.office.stylenames import is_built_in

_AUTOMATIC = re.compile(
    r"(M?[A-Z]{1,3}|[a-z]{1,2}|Mfr|WW8?Num|WWNum|_?Toc|Table|Frame|Image|Object)_?\d{1,6}"
    r"(\.[A-Z]{1,3}\d{0,4}|\.\d{1,4}){0,2}"
)
_CODED = re.compile(r"_([0-9a-f]{2,4})_")
_CELLS = re.compile(r"(local-table)?[.$A-Z\d:\s]+(local-table[.$A-Z\d:\s]+)*")
_CONDITION = re.compile(r"value\(\)[<>=!]{1,2}-?[\d.]+")
_SUFFIXES = {"table", "graphic", "ole", "region", "text", "frame", "sequence", "outline"}
_OBJECT = re.compile(r"(\./)?Object \d{1,6}")
_PICTURE = re.compile(r"Pictures/\d{1,6}\.\w{1,5}")
_PATH = re.compile(r"[A-Za-z\d\s,.?$+-]*")
_FORMULA = re.compile(r"[\w\s$?.+*/(),-]{0,300}")
_KINDS = re.compile(
    r"(chart:|ooxml-|mso-spt|col-|fontwork-)?[a-z\d-]{1,40}|non-primitive|ooxml-[A-Za-z\d]{1,40}"
)

_NAMED = {
    "text": """style-name name cond-style-name list-id id ref-name section-name main-entry-style-name
        citation-style-name citation-body-style-name visited-style-name default-style-name caption-sequence-name
        index-name style-override continue-list master-page-name""",
    "style": """name parent-style-name next-style-name list-style-name master-page-name page-layout-name
        data-style-name percentage-data-style-name apply-style-name register-truth-ref-style-name leader-text-style
        style-name text-line-through-text-style""",
    "draw": """style-name text-style-name name fill-gradient-name fill-hatch-name fill-image-name opacity-name
        marker-start marker-end stroke-dash layer start-shape end-shape chain-next-name master-page-name class-names
        stroke-dash-names""",
    "table": "style-name name default-cell-style-name template-name paragraph-style-name",
    "chart": "style-name",
}


class Identifiers:
    """New names for the styles, lists, bookmarks and frames of a document."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name_of(self, old: str) -> str:
        """Return the new name; names that office programs generate stay."""
        plain = _CODED.sub(lambda match: chr(int(match[1], 16)), old)
        if _AUTOMATIC.fullmatch(old) or is_built_in(plain):
            return old
        return self._names.setdefault(old, f"name{len(self._names) + 1}")

    def names_of(self, old: str) -> str:
        """Return the new names for names that are separated by spaces."""
        return " ".join(self.name_of(one) for one in old.split())


def _link(identifiers: Identifiers) -> ValueRule:
    """Return the rule for targets of links, objects and pictures."""

    def rule(target: str) -> str | None:
        if target.startswith("#"):
            name, bar, suffix = target[1:].partition("|")
            if bar and suffix == "outline":
                return None if values.is_path(name) else target
            if bar and suffix not in _SUFFIXES:
                return None
            return f"#{identifiers.name_of(name)}{bar}{suffix}"
        if _OBJECT.fullmatch(target) or _PICTURE.fullmatch(target) or target == "":
            return target
        return target if re.match(r"(https?|mailto|tel|sms):", target, re.I) else None

    return rule


def path(value: str) -> str | None:
    """Return the path of a drawing, or None for other text."""
    return value if _PATH.fullmatch(value) and not re.search(r"[A-Za-z]{4}", value) else None


def formula(value: str) -> str | None:
    """Return a formula of a drawing, or None for one with unknown words."""
    words = re.findall(r"[A-Za-z]{3,}", value)
    return value if _FORMULA.fullmatch(value) and all(values.is_word(one) for one in words) else None


def _short(value: str) -> str:
    return value[:60]


def _font_family(value: str) -> str | None:
    names = [values.font(one.strip().strip("'\"")) for one in value.split(",")]
    return ", ".join(f"'{one}'" if " " in one else one for one in names if one) or None


_FONT_NAMES = ("font-name", "font-name-asian", "font-name-complex")
_LANGUAGES = ("language", "country", "script", "language-asian", "language-complex", "country-asian", "country-complex",
              "script-asian", "script-complex", "rfc-language-tag")  # fmt: skip
_STORED = ("string-value", "string-value-if-true", "string-value-if-false")
_AREA = drawingrules.matching(_CELLS)
_RULES: dict[str, ValueRule] = {
    "@style:display-name": lambda value: value if is_built_in(value) else None,
    "style:font-face@style:name": values.font,
    "style:font-face@svg:font-family": _font_family,
    **{
        f"@{name}": _font_family
        for name in ("fo:font-family", "style:font-family-asian", "style:font-family-complex")
    },
    "@style:leader-char": lambda value: value[:1],
    **{f"@style:{name}": values.font for name in _FONT_NAMES},
    **{
        f"@{space}:{name}": values.language
        for space in ("fo", "style", "number", "table")
        for name in _LANGUAGES
    },
    **{f"@text:{name}": drawingrules.unchanged for name in _STORED},
    "@office:string-value": drawingrules.unchanged,
    "@office:date-value": values.date,
    "@office:time-value": values.date,
    "@text:date-value": values.date,
    "@text:time-value": values.date,
    "@text:bullet-char": lambda value: value[:2],
    "@style:leader-text": lambda value: value[:2],
    "@text:c": values.plain,
    **{
        f"@{space}:num-{side}": _short
        for space in ("style", "text", "loext")
        for side in ("prefix", "suffix")
    },
    "@loext:num-list-format": _short,
    "@text:label": _short,
    "@style:condition": drawingrules.matching(_CONDITION),
    "@xlink:title": values.human,
    "@office:target-frame-name": drawingrules.among({"_blank", "_self", "_top"}),
    "svg:title": values.human,
    "svg:desc": values.human,
    "number:text": _short,
    "number:currency-symbol": lambda value: value[:8],
    "number:embedded-text": _short,
    "number:fill-character": lambda value: value[:2],
    "@svg:d": path,
    "@draw:enhanced-path": path,
    "@draw:points": path,
    "draw:enhanced-geometry@draw:type": drawingrules.matching(_KINDS),
    "@draw:formula": formula,
    "draw:equation@draw:name": drawingrules.matching(re.compile(r"f\d{1,4}")),
    **{
        f"@draw:handle-{name}": formula
        for name in ("position", "polar", "range-x-minimum", "range-x-maximum")
    },
    "@draw:text-areas": formula,
    "@draw:glue-points": values.plain,
    "@chart:class": drawingrules.matching(_KINDS),
    **{
        f"@chart:{name}": _AREA
        for name in (
            "values-cell-range-address",
            "label-cell-address",
            "error-upper-range",
            "error-lower-range",
        )
    },
    "@table:cell-range-address": _AREA,
    "chart:axis@chart:name": drawingrules.matching(re.compile(r"(primary|secondary)-[xyz]")),
    "office:binary-data": drawingrules.unchanged,  # a picture that was cleaned before
}


def rules(identifiers: Identifiers) -> dict[str, ValueRule]:
    """Return the rules for the parts of one document."""
    named = {
        f"@{space}:{name}": identifiers.name_of for space, names in _NAMED.items() for name in names.split()
    }
    return {
        **named,
        **_RULES,
        "@draw:class-names": identifiers.names_of,
        "@xlink:href": _link(identifiers),
        "table:table@table:name": lambda value: (
            value if value == "local-table" else identifiers.name_of(value)
        ),
    }
