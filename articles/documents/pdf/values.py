"""Rules for the smallest values of a PDF: numbers, known names, words."""

import re
from decimal import Decimal
from typing import Any

from pikepdf import Array, Name, String

from ..office.values import is_path
from .copying import Rule, Work, array
from .names import copy, spelled

LARGEST = 2**62
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?")
_PATH = re.compile(r"[\\]|^/|^~/|/(home|Users|Volumes|tmp|mnt|media|var)/|\b[A-Za-z]:[/\\]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text(value: Any) -> str:
    """Return a string or a name as words, whatever its bytes are; nothing for other values."""
    if isinstance(value, Name):
        return spelled(value).decode("latin-1")
    if not isinstance(value, (str, String)):
        return ""
    try:
        return str(value)
    except UnicodeDecodeError:
        return bytes(value).decode("latin-1")


def number(_work: Work, value: Any) -> Any:
    """Keep a number of reasonable size; no reader needs more than nine places."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < LARGEST else None
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < LARGEST:
        return round(value, 9)
    return None


def whole(_work: Work, value: Any) -> Any:
    """Keep an integer."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST else None


def boolean(_work: Work, value: Any) -> Any:
    """Keep true or false."""
    return value if isinstance(value, bool) else None


numbers: Rule = array(number)


def names(*known: str) -> Rule:
    """Return the rule for a name out of some that are known."""
    spellings = {b"/" + one.encode() for one in known}

    def rule(_work: Work, value: Any) -> Any:
        return copy(value) if isinstance(value, Name) and spelled(value) in spellings else None

    return rule


def renamed(category: str) -> Rule:
    """Return the rule for a name that its maker chose."""

    def rule(work: Work, value: Any) -> Any:
        return Name(work.names.of(category, value)) if isinstance(value, Name) else None

    return rule


def words(_work: Work, value: Any) -> Any:
    """Keep words that a reader sees or hears, without what can't be seen or heard."""
    return String(_UNSEEN.sub("", text(value))) if isinstance(value, String) else None


def description(work: Work, value: Any) -> Any:
    """Keep words in place of what is shown, unless they are the path or the name of a file."""
    clean = words(work, value)
    return None if clean is None or _PATH.search(str(clean)) or is_path(str(clean)) else clean


def language(_work: Work, value: Any) -> Any:
    """Keep the code of a language."""
    return String(text(value)) if isinstance(value, String) and _LANGUAGE.fullmatch(text(value)) else None


def opaque(_work: Work, value: Any) -> Any:
    """Keep bytes that are no words, such as colours of a palette."""
    return String(bytes(value)) if isinstance(value, String) else None


def matrix(length: int) -> Rule:
    """Return the rule for an array of exactly so many numbers."""

    def rule(work: Work, value: Any) -> Any:
        clean = numbers(work, value)
        return clean if isinstance(clean, Array) and len(clean) == length else None

    return rule


box, transform = matrix(4), matrix(6)
