"""Numbers as people write them in tables: with separators of any language, digits of any script, units and signs."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.formats import get_format

PLAIN = {
    "−": "-",
    "–": "-",
    "‐": "-",
    "٫": ",",
    "٬": "'",
    "’": "'",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
}
NUMBER = re.compile(
    r"(?P<bracket>\()?(?P<first>[-+]?) ?(?P<before>[^\w\s.,+()'%-]{1,3}|[A-Z]{2,3}\$?)? ?(?P<second>[-+]?)"
    r"(?P<digits>\d[\d.,' ]*|[.,]\d+)(?P<after> ?(?:[^\w\s.,+()'-]{1,3}|[A-Z]{3}))?(?(bracket)\))"
)
GROUPED = re.compile(r"\d+|\d{1,3}(?:([.,' ])\d{2,3})*[.,' ]\d{3}")
BLANK = re.compile(r"[\W_]*")  # dashes, dots and the like


def is_blank(text: str) -> bool:
    """Return whether a cell holds no word and no digit: '', '–', '..'."""
    return BLANK.fullmatch(text) is not None


def number_in(text: str, decimal: str) -> float | None:
    """Return the number that a cell holds, or None; decimal is '.' or ',' and settles what could be either."""
    match = NUMBER.fullmatch(_plain(text))
    if not match or (match["first"] and match["second"]):
        return None
    digits = match["digits"].strip()
    mark = _mark_in(digits) or decimal
    whole, fraction = _parted(digits, mark)
    if (whole and not GROUPED.fullmatch(whole)) or not (fraction or "0").isdigit():
        return None
    value = float(f"{re.sub(r'[^0-9]', '', whole) or 0}.{fraction or 0}")
    is_negative = "-" in (match["first"], match["second"]) or bool(match["bracket"])
    return -value if is_negative else value


def decimal_mark(texts: Iterable[str], language: str) -> str:
    """Return the decimal mark of a table, '.' or ',': what its cells show, else what its language uses."""
    cells = [digits for text in texts if (digits := _digits(text))]
    found = {mark for digits in cells if (mark := _mark_in(digits))}
    if len(found) == 1:
        return found.pop()
    unsure = [one for digits in cells if not _mark_in(digits) for one in digits if one in ".,"]
    if (
        len(unsure) > 1 and len(set(unsure)) == 1 and not found
    ):  # thousands: nobody writes all to three decimals
        return "," if unsure[0] == "." else "."
    return "," if get_format("DECIMAL_SEPARATOR", language) == "," else "."


def _plain(text: str) -> str:
    shown = "".join(
        PLAIN.get(one) or (str(unicodedata.decimal(one)) if one.isdecimal() else one) for one in text
    )
    return " ".join(shown.split())


def _digits(text: str) -> str:
    match = NUMBER.fullmatch(_plain(text))
    return match["digits"].strip() if match else ""


def _mark_in(digits: str) -> str:
    """Return the decimal mark that digits show without doubt, or nothing."""
    marks = [one for one in digits if one in ".,"]
    if not marks:
        return ""
    if len(set(marks)) == 2:
        return marks[-1]
    other = "," if marks[0] == "." else "."
    if len(marks) > 1:
        return other
    whole, _mark, fraction = digits.partition(marks[0])
    is_decimal = len(fraction) != 3 or whole in {"", "0"} or len(whole) > 3
    return marks[0] if is_decimal else ""


def _parted(digits: str, mark: str) -> tuple[str, str]:
    """Return what stands before the decimal mark, with its separators, and what stands after it."""
    whole, found, fraction = digits.rpartition(mark)
    return (whole, fraction) if found else (digits, "")
