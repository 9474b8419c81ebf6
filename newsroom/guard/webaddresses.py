"""Addresses of the web as people type them: http and https alone, and nothing in them that hides or turns round."""

import unicodedata
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

JOINERS = "\u200c\u200d"  # some languages can't be written without them; in a host they only deceive
# Letters that show nothing, though Unicode does not count them as formatting.
BLANKS = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | {
    chr(number) for number in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
WRONG_KINDS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
is_web_address = URLValidator(schemes=["http", "https"])


def hides(text: str, allowed: str = "") -> bool:
    """Return whether a text holds what nobody sees, or what turns the order of the letters round."""
    return any(
        letter not in allowed and (letter in BLANKS or unicodedata.category(letter) in WRONG_KINDS)
        for letter in text
    )


def deceives(address: str) -> bool:
    """Return whether an address of the web leads elsewhere than it seems to; raises no error."""
    if "\\" in address or hides(address, allowed=JOINERS):
        return True
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it raises
        labels = [_as_shown(label) for label in host.split(".")]
    except ValueError:  # UnicodeError is one
        return True
    if any(
        letter in parts.netloc for letter in "@%\u3002"
    ):  # the last is a full stop in Chinese and Japanese
        return True
    return any(hides(label) or unicodedata.normalize("NFKC", label) != label for label in labels)


def _as_shown(label: str) -> str:
    """Return a part of a host as browsers show it: xn--… stands for other letters."""
    return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label


def validate_web_address(value: str) -> None:
    """Refuse what is no http or https address, or leads elsewhere than it seems to."""
    is_web_address(value)
    validate_not_deceiving(value)


def validate_not_deceiving(value: str) -> None:
    """Refuse an address whose letters hide something, have a name before an @, or are not what they look like."""
    if deceives(value):
        raise ValidationError(
            _(
                "This address holds characters that can’t be seen, or a name before an @. "
                "Copy it from the browser’s address bar, or type it."
            ),
            code="deceives",
        )


class WebAddressField(models.URLField):
    """An address of the web. To the database and to migrations it is a URLField."""

    default_validators = [validate_web_address]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class LinkField(models.CharField):
    """A path of the site, or an address of the web. To the database and to migrations it is a CharField."""

    default_validators = [validate_not_deceiving]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
