"""Known browsers: those in which an account has signed in before, so that guessers can't lock its owner out there.

A signed cookie of the admin holds a random name of the browser and keyed hashes of the accounts that signed in with
it. Limits that strangers can use up (of a network, of an account over all networks) don't apply to a known browser;
it has a limit of its own.
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
MOST_ACCOUNTS = 5  # per browser; the one that signed in longest ago is dropped


def normalised(username: str) -> str:
    """Return the user name as limits compare it: NFKC, case-folded, at most 150 characters."""
    return unicodedata.normalize("NFKC", username).casefold()[:150]


def is_in_header(cookies: str) -> bool:
    """Return whether a Cookie header has our cookie with our signature, not expired."""
    return COOKIE in cookies and bool(_read(str(parse_cookie(cookies).get(COOKIE, ""))))


def known(request: HttpRequest, username: str) -> str:
    """Return the name of the browser if this account has signed in with it before, else ""."""
    parts = _read(request.COOKIES.get(COOKIE, ""))
    return parts[0] if _hash(username) in parts[1:] else ""


def remember(request: HttpRequest, response: HttpResponse, username: str) -> HttpResponse:
    """Add the account to the known ones of this browser by a cookie on the response; return the response."""
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
