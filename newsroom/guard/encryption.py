"""Encrypts text at rest: the first of INQUIRY_KEYS encrypts, any of them decrypts."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """A token was encrypted under a key that is missing, was altered, or is too old."""

    def __init__(self) -> None:
        super().__init__("It was encrypted under a key that INQUIRY_KEYS does not hold, or it is damaged.")


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Return the text as a token of ASCII letters, under the first key."""
    return _fernet(tuple(settings.INQUIRY_KEYS)).encrypt(text.encode()).decode("ascii")


def decrypt(token: str, ttl: int | None = None) -> str:
    """Return the text of a token; raises Unreadable for a wrong key, and for a token older than ttl seconds."""
    return _read(tuple(settings.INQUIRY_KEYS), token, ttl)


def is_current(token: str) -> bool:
    """Return whether the token was encrypted under the first key."""
    try:
        _read(tuple(settings.INQUIRY_KEYS[:1]), token)
    except Unreadable:
        return False
    return True


def _read(keys: tuple[str, ...], token: str, ttl: int | None = None) -> str:
    try:
        return _fernet(keys).decrypt(token.encode(), ttl).decode()
    except (InvalidToken, UnicodeError):
        raise Unreadable from None
