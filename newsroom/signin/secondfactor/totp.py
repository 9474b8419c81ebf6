"""Codes of apps (TOTP, RFC 6238): the secret, its QR code, and whether a code is right."""

import base64
import binascii
import secrets
import time
from urllib.parse import quote, urlencode

import segno
from django_otp.oath import TOTP

TOLERANCE = 1  # steps of 30 seconds before and after now


def new_secret() -> str:
    """Return a secret of 160 random bits in base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def in_fours(secret: str) -> str:
    """Return a secret in groups of four, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def qr_code(secret: str, issuer: str, username: str) -> str:
    """Return the data address of a picture (SVG) that apps read the secret from."""
    label = quote(f"{issuer.replace(':', ' ')}:{username}")
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    code = segno.make(f"otpauth://totp/{label}?{query}", error="m", micro=False)
    return str(code.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def step_of(secret: str, code: str, after: int = 0) -> int | None:
    """Return the step whose code this is, later than `after`; None for a wrong code."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    try:
        key = base64.b32decode(secret)
    except binascii.Error:
        return None
    totp = TOTP(key)
    totp.time = time.time()
    return int(totp.t()) if totp.verify(int(code), tolerance=TOLERANCE, min_t=after + 1) else None
