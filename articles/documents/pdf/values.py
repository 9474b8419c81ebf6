"""Rules for simple values of a PDF: numbers, names and strings."""

import re
from decimal import Decimal

from pikepdf import Array, Name, String

from ..office.values import is_path
from .copying import Rule, Work, array
from .names import copy, spelled
from .objects import PdfValue

LARGEST = 2**62
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?")
_PATH = re.compile(r"[\\]|^/|^~/|/(home|Users|Volumes|tmp|mnt|media|var)/|\b[A-Za-z]:[/\\]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text(value: PdfValue) -> str:
    """Return a string or a name as text, whatever its bytes are, and "" for other values."""
    if isinstance(value, Name):
        return spelled(value).decode("latin-1")
    if isinstance(value, str):
        return value
    if not isinstance(value, String):
        return ""
    try:
        return str(value)
    except UnicodeDecodeError:
        return bytes(value).decode("latin-1")


def number(_work: Work, value: PdfValue) -> PdfValue:
    """Keep a number of reasonable size, rounded to nine places."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < LARGEST else None
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < LARGEST:
        return round(value, 9)
    return None


def whole(_work: Work, value: PdfValue) -> PdfValue:
    """Keep an integer."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST else None


def boolean(_work: Work, value: PdfValue) -> PdfValue:
    """Keep true or false."""
    return value if isinstance(value, bool) else None


numbers: Rule = array(number)


def names(*known: str) -> Rule:
    """Return the rule for a name that is one of these."""
    spellings = {b"/" + one.encode() for one in known}

    def rule(_work: Work, value: PdfValue) -> PdfValue:
        return copy(value) if isinstance(value, Name) and spelled(value) in spellings else None

    return rule


def renamed(category: str) -> Rule:
    """Return the rule for a free name, which gets a new one."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        return Name(work.names.of(category, value)) if isinstance(value, Name) else None

    return rule


def words(_work: Work, value: PdfValue) -> PdfValue:
    """Keep a text for readers, without control characters."""
    return String(_UNSEEN.sub("", text(value))) if isinstance(value, String) else None


def description(work: Work, value: PdfValue) -> PdfValue:
    """Keep an alternative or replacement text, unless it holds a path or the name of a file."""
    clean = words(work, value)
    return None if clean is None or _PATH.search(str(clean)) or is_path(str(clean)) else clean


def language(_work: Work, value: PdfValue) -> PdfValue:
    """Keep a language tag (BCP 47)."""
    return String(text(value)) if isinstance(value, String) and _LANGUAGE.fullmatch(text(value)) else None


def matrix(length: int) -> Rule:
    """Return the rule for an array of a fixed number of numbers."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        clean = numbers(work, value)
        return clean if isinstance(clean, Array) and len(clean) == length else None

    return rule


box, transform = matrix(4), matrix(6)
