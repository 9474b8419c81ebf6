"""Mail addresses: which are accepted, the key by which one is compared, and the form that mail servers take."""

import re
import unicodedata
from functools import lru_cache

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

LONGEST = 254  # characters of an address in the form that mail servers take (RFC 5321)
LONGEST_LOCAL = 64  # characters before the @
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE | re.ASCII)


def cleaned(text: str) -> str:
    """Return the address as its owner wrote it, trimmed; raises ValidationError with what to change."""
    address = unicodedata.normalize("NFC", text).strip()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or len(address) > LONGEST:
        raise ValidationError(_("Enter an email address, such as name@example.org."), code="invalid")
    if not local.isascii():
        # Not every mail server on the way knows SMTPUTF8, and one that does not would refuse every issue.
        raise ValidationError(
            _("We can’t send to an address with such letters before the @. Please use another address."),
            code="not_ascii",
        )
    if len(local) > LONGEST_LOCAL or not LOCAL.fullmatch(local):
        raise ValidationError(_("Something before the @ is not right in this address."), code="invalid")
    if len(f"{local}@{_ascii_domain(domain)}") > LONGEST:
        raise ValidationError(_("This address is longer than an email address can be."), code="too_long")
    return address


@lru_cache(4096)  # the same few domains come again and again
def _ascii_domain(domain: str) -> str:
    """Return a domain as DNS takes it (IDNA 2008); raises ValidationError where it can't be one."""
    try:
        encoded = idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        encoded = ""
    labels = encoded.split(".")
    if len(labels) < 2 or not all(labels) or len(encoded) > 253 or labels[-1].isdigit():
        raise ValidationError(_("Something after the @ is not right in this address."), code="invalid")
    return encoded


def mailbox(address: str) -> str:
    """Return a cleaned address with its domain in ASCII, as every mail server takes it."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{_ascii_domain(domain)}"


def key_of(address: str) -> str:
    """Return the key of a cleaned address, the same for every spelling of it."""
    return mailbox(address).casefold()


def hashes_of(key: str) -> list[str]:
    """Return the keyed hashes by which an address can be suppressed, the current one first.

    They are made with SECRET_KEY and with each of SECRET_KEY_FALLBACKS.
    """
    return [
        salted_hmac("newsletter.suppression", key, secret=secret, algorithm="sha256").hexdigest()
        for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]
