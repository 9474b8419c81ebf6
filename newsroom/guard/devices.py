"""Browsers that somebody has signed in with before: strangers who guess can't shut their owner out there.

A signed cookie of the admin holds a random name of the browser and keyed hashes of the accounts that signed in with
it. Limits that strangers can use up (of a network, of an account over all networks) don't count there; such a
browser has a limit of its own.
"""

import secrets
import unicodedata

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie
from django.utils.crypto import salted_hmac

COOKIE = "known_device"
SALT = "newsroom.devices"
KEPT = 180 * 24 * 3600  # seconds
MOST_ACCOUNTS = 5  # of a browser; the one that signed in longest ago goes


def normalised(username: str) -> str:
    """Return one spelling for all that are the same name to us."""
    return unicodedata.normalize("NFKC", username).casefold()[:150]


def is_signed(cookie: str) -> bool:
    """Return whether the value of a cookie is ours and not too old."""
    return bool(_read(cookie))


def in_header(cookies: str) -> str:
    """Return the value of our cookie in a Cookie header."""
    return str(parse_cookie(cookies).get(COOKIE, "")) if COOKIE in cookies else ""


def known(request: HttpRequest, username: str) -> str:
    """Return the name of the browser where this account has signed in with it before, else nothing."""
    parts = _read(request.COOKIES.get(COOKIE, ""))
    return parts[0] if _hash(username) in parts[1:] else ""


def remember(request: HttpRequest, response: HttpResponse, username: str) -> HttpResponse:
    """Add the account to those that are known in this browser; return the response."""
    name, *accounts = _read(request.COOKIES.get(COOKIE, "")) or [secrets.token_urlsafe(12)]
    account = _hash(username)
    accounts = [account, *(one for one in accounts if one != account)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.TimestampSigner(salt=SALT).sign(".".join([name, *accounts])),
        max_age=KEPT,
        path="/admin/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _read(cookie: str) -> list[str]:
    if not cookie:
        return []
    try:
        return signing.TimestampSigner(salt=SALT).unsign(cookie, max_age=KEPT).split(".")
    except signing.BadSignature:
        return []


def _hash(username: str) -> str:
    return salted_hmac(SALT, normalised(username), algorithm="sha256").hexdigest()[:16]
