"""The page's half of setting up an app: a secret that waits, sealed, in the form until its first code is right."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User

from newsroom.guard import encryption
from newsroom.signin.secondfactor import totp

WAITS = 30 * 60  # seconds


@dataclass(frozen=True)
class Offer:
    """A secret for an app, as a form shows it."""

    sealed: str  # the secret and whose it is, encrypted
    secret: str  # in groups of four
    picture: str  # the data address of its QR code


@dataclass(frozen=True)
class Proven:
    """A secret whose first code was right."""

    secret: str
    step: int


def offer(user: User, sealed: str = "") -> Offer:
    """Return a new secret for the account, or the one that its form holds already."""
    secret = _secret(user, sealed) or totp.new_secret()
    issuer = urlsplit(settings.SITE_URL).hostname or ""
    picture = totp.qr_code(secret, issuer, user.get_username())
    return Offer(encryption.encrypt(f"{user.pk}:{secret}"), totp.in_fours(secret), picture)


def prove(user: User, sealed: str, code: str) -> Proven | None:
    """Return the secret of the form if the code is one of it."""
    secret = _secret(user, sealed)
    step = totp.step_of(secret, "".join(code.split())) if secret else None
    return Proven(secret, step) if step is not None else None


def _secret(user: User, sealed: str) -> str:
    try:
        whose, _colon, secret = encryption.decrypt(sealed, WAITS).partition(":")
    except encryption.Unreadable:
        return ""
    return secret if whose == str(user.pk) else ""
