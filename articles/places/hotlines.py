"""Numbers that people in danger may call: how long a check is good for, and what can be dialled."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CHECK_AGAIN = datetime.timedelta(days=180)
HIDE = datetime.timedelta(days=365)
EXAMPLE = "+000"  # a country code that nobody has: numbers of examples begin with it
NUMBER = re.compile(r"[+*#0-9][0-9 ()/.*#-]*")


def validate_number(text: str) -> None:
    """Raise ValidationError for what no telephone could dial."""
    if not NUMBER.fullmatch(text) or len(re.findall("[0-9]", text)) < 2:
        raise ValidationError(_("Use digits, spaces and + ( ) - only, such as +856 21 123 456."))


def validate_international(text: str) -> None:
    """Raise ValidationError for a number without its country code."""
    if not text.startswith("+"):
        raise ValidationError(_("Begin with + and the country code, such as +856 21 123 456."))


def dialled(number: int):
    """Return the number as a link carries it, or nothing for an example that must not be dialled."""
    digits = re.sub(r"[^0-9+*#]", "", number)
    return "" if digits.startswith(EXAMPLE) else digits.replace("#", "%23")


def tel(number: int):
    """Return the tel: link of a number, or nothing for an example (RFC 3966)."""
    return f"tel:{dialled(number)}" if dialled(number) else ""


def sms(number: int):
    """Return the sms: link of a number, or nothing for an example (RFC 5724)."""
    return f"sms:{dialled(number)}" if dialled(number) else ""
