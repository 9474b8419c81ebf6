"""Telephone numbers: which are valid, and their tel: and sms: links."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EXAMPLE = "+000"  # no country has this code: numbers of examples begin with it
NUMBER = re.compile(r"[+*#0-9][0-9 ()/.*#-]*")


def validate_number(text: str) -> None:
    """Raise ValidationError for a text that no telephone can dial."""
    if not NUMBER.fullmatch(text) or len(re.findall("[0-9]", text)) < 2:
        raise ValidationError(_("Use digits, spaces and + ( ) - only, such as +856 21 123 456."))


def validate_international(text: str) -> None:
    """Raise ValidationError for a number without its country code."""
    if not text.startswith("+"):
        raise ValidationError(_("Begin with + and the country code, such as +856 21 123 456."))


def dialled(number: str) -> str:
    """Return a number as a link holds it; empty for an example, which nobody may dial."""
    digits = re.sub(r"[^0-9+*#]", "", number)
    return "" if digits.startswith(EXAMPLE) else digits.replace("#", "%23")


def tel(number: str) -> str:
    """Return the tel: link of a number (RFC 3966); empty for an example."""
    return f"tel:{dialled(number)}" if dialled(number) else ""


def sms(number: str) -> str:
    """Return the sms: link of a number (RFC 5724); empty for an example."""
    return f"sms:{dialled(number)}" if dialled(number) else ""
