"""Fields for web addresses that people type: http and https alone, without invisible or bidirectional characters."""

import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

JOINERS = "\u200c\u200d"  # needed to write some languages; in a host name they only deceive
# Invisible characters outside Unicode's category of format characters.
BLANKS = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | {
    chr(number) for number in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
is_web_address = URLValidator(schemes=["http", "https"])


def hides(text: str, allowed: str = "") -> bool:
    """Return whether a text holds invisible characters, or ones that change the direction of writing."""
    return any(
        letter not in allowed and (letter in BLANKS or unicodedata.category(letter) in HIDDEN_CATEGORIES)
        for letter in text
    )


def deceives(address: str) -> bool:
    """Return whether a web address leads elsewhere than it seems to, or is malformed."""
    if "\\" in address or hides(address, allowed=JOINERS):
        return True
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it raises
        labels = [_as_shown(label) for label in host.split(".")]
    except ValueError:  # includes UnicodeError
        return True
    if any(letter in parts.netloc for letter in "@%\u3002"):  # \u3002: the ideographic full stop
        return True
    return any(hides(label) or unicodedata.normalize("NFKC", label) != label for label in labels)


def _as_shown(label: str) -> str:
    """Return a label of a host name as browsers show it: xn--… decoded by Punycode (RFC 3492)."""
    return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label


def validate_web_address(value: str) -> None:
    """Raise ValidationError unless the value is an http or https address that leads where it seems to."""
    is_web_address(value)
    validate_not_deceiving(value)


def validate_not_deceiving(value: str) -> None:
    """Raise ValidationError for an address with invisible characters, a name before an @, or look-alike letters."""
    if deceives(value):
        raise ValidationError(
            _(
                "This address holds characters that can’t be seen, or a name before an @. "
                "Copy it from the browser’s address bar, or type it."
            ),
            code="deceives",
        )


class WebAddressField(models.URLField):
    """A web address. In the database and in migrations it is a URLField."""

    default_validators = [validate_web_address]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class LinkField(models.CharField):
    """A path of the site or a web address. In the database and in migrations it is a CharField."""

    default_validators = [validate_not_deceiving]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
