"""Tells values that carry no information about people: numbers, colours and keywords of the standards.

A keyword (roundRect, dotDash) is recognised by the words that it consists of (stems.txt), so that the name of a person
or of a file does not pass.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

_NUMBER = re.compile(
    r"[-+]?(\d{1,15}(\.\d{0,20})?|\.\d{1,20})([eE][-+]?\d{1,3})?(pt|px|in|cm|mm|pc|pi|em|ex|deg|%|f|fd|\*)?"
)
_HEX = re.compile(r"#?([0-9A-Fa-f]{2}|[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}|[0-9A-Fa-f]{20})")
_SIGN = re.compile(r"[*/+?:-]{2}")  # of a formula of DrawingML
_GUIDE = re.compile(r"[@#]?[A-Za-z]{1,2}\d{0,6}|[@#]\d{1,6}|connsite[XY]\d{1,6}|adj\d{0,3}|\dcd\d")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d{1,2}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,50}")
_FONT = re.compile(r"[@+]?[\w][\w .&'()-]{0,60}")
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}([-_][A-Z][a-z]{3})?([-_]([A-Za-z]{2}|\d{3}))?([-_](tradnl|valencia|phoneb|modern))?"
    r"|[A-Z][a-z]{3}|x-none|zxx|none"  # a country or a script alone, or none at all
)
_DATE = re.compile(r"[-\d]{8,11}(T[\d:.]{5,20}Z?)?|PT[\dHMS.,]{1,30}")
_FOLDERS = (
    "users|home|homes|documents|dokumente|desktop|library|volumes|private|tmp|var|mnt|media|appdata|onedrive|dropbox"
    "|icloud|downloads|pictures|bilder|my documents|documents and settings|macintosh hd"
)
_ENDS = "jpe?g|png|gif|tiff?|bmp|heic|webp|svg|[ew]mf|docx?|xlsx?|pptx?|pdf|od[tsp]|csv|psd|ai|indd|pages|key|numbers"
_PATH = re.compile(
    rf"""\\\\|\b\w:[\\/]|file:|://|%[0-9a-f]{{2}}"""  # \\server, C:\, a URL
    rf"""|(^|[\s"'(\\/~:])({_FOLDERS.replace(" ", "[ ]")})[\\/:]\S"""
    rf"""|(^|[\s"'(])(/|~/|\.{{1,2}}/)[\w.-]+(/|$)"""
    rf"""|\.({_ENDS})\b""",
    re.I | re.X,
)
# Letters of scripts (Arabic, Hebrew, Thai, Khmer and others) for which styles have a font size of their own.
COMPLEX_SCRIPT = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]")
MOST_PAGES = 100_000
SHORT = 40  # characters up to which results are cached
LONGEST_VALUE = 20_000  # characters of a list of points or the like
LONGEST_TEXT = 2_000  # characters of an alternative text or the like


@cache
def _stems() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("stems.txt").read_text().split())


@lru_cache(20_000)
def is_word(value: str) -> bool:
    """Return whether a value consists of words that keywords of the standards are made of."""
    if not _WORD.fullmatch(value):
        return False
    pieces = _PIECE.findall(value)
    return all(piece.isdigit() or piece.lower() in _stems() for piece in pieces)


def is_plain(value: str) -> bool:
    """Return whether a value consists of numbers, colours, names of guides and keywords of the standards."""
    if len(value) > SHORT:
        return len(value) < LONGEST_VALUE and _are_pieces(value)
    return _is_short_plain(value)


@lru_cache(20_000)
def _is_short_plain(value: str) -> bool:
    return _are_pieces(value)


def _are_pieces(value: str) -> bool:
    return all(_is_piece(one) for one in re.split(r"[\s,;()\[\]]+", value))


def _is_piece(one: str) -> bool:
    return not one or bool(
        _NUMBER.fullmatch(one)
        or _HEX.fullmatch(one)
        or _GUIDE.fullmatch(one)
        or _SIGN.fullmatch(one)
        or is_word(one)
    )


def plain(value: str) -> str | None:
    """Return the value if it is plain, or None."""
    return value if is_plain(value) else None


def page_count(text: str) -> int | None:
    """Return the number of pages that an office program stored in a document, or None for other text."""
    return int(text) if text.isdecimal() and 0 < int(text) < MOST_PAGES else None


def is_path(text: str) -> bool:
    """Return whether a text holds a path on somebody's computer, a URL or the name of a file."""
    return bool(_PATH.search(text))


def human(text: str) -> str | None:
    """Return a text for readers, shortened to LONGEST_TEXT, or None for one with a path."""
    text = text[:LONGEST_TEXT]
    return None if is_path(text) else text


def font(name: str) -> str | None:
    """Return the name of a font, or None for other text."""
    is_font = len(name) < SHORT * 2 and (not name or _FONT.fullmatch(name)) and not is_path(name)
    return name if is_font else None


def language(code: str) -> str | None:
    """Return the code of a language or script (BCP 47), or None for other text."""
    return code if _LANGUAGE.fullmatch(code) else None


def date(value: str) -> str | None:
    """Return a date or a duration in ISO 8601, or None for other text."""
    return value if _DATE.fullmatch(value) else None
