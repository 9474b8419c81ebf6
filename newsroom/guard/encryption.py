"""Encrypts what nobody may read at rest. The first of INQUIRY_KEYS writes, each of them reads."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """What was to be read is under a key that is missing, or somebody changed it."""

    def __init__(self) -> None:
        super().__init__("It was encrypted under a key that INQUIRY_KEYS does not hold, or it is damaged.")


@lru_cache(maxsize=8)
def _box(keys):
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str):
    """Return the text as a token of ASCII letters, under the first key."""
    return _box(tuple(settings.INQUIRY_KEYS)).encrypt(text.encode()).decode("ascii")


def decrypt(token: str, ttl=None):
    """Return the text of a token; raises Unreadable under a wrong key or when it is older than ttl seconds."""
    return _read(tuple(settings.INQUIRY_KEYS), token, ttl)


def is_current(token: str) -> bool:
    """Return whether the first key alone reads the token."""
    try:
        _read(tuple(settings.INQUIRY_KEYS[:1]), token)
    except Unreadable:
        return False
    return True


def _read(keys, token: str, ttl=None):
    try:
        return _box(keys).decrypt(token.encode(), ttl).decode()
    except (InvalidToken, UnicodeError):
        raise Unreadable from None
