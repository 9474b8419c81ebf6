"""When a mail was last taken by the server of EMAIL_URL: a proof that mail works at all."""

import time
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from newsroom.storage import keptstate

EVERY = 600  # seconds between two notes of it

_noted_at = float("-inf")


def _path() -> Path:
    return Path(settings.DATA_DIR) / "watch" / "mail.json"


def _mailer() -> str:
    """Return a name of the present mail settings that tells nothing of them."""
    return salted_hmac("newsroom.outbox.mailproof", repr(settings.MAILERS), algorithm="sha256").hexdigest()[
        :32
    ]


def note() -> None:
    """Note that the server has taken a mail; raises nothing."""
    global _noted_at
    if time.monotonic() - _noted_at < EVERY:
        return
    try:
        keptstate.write(_path(), {"at": time.time(), "mailer": _mailer()}, 512)
    except OSError:
        return  # the disk is full, which others say
    _noted_at = time.monotonic()


def last() -> float | None:
    """Return when the server of the present settings took a mail, in seconds since 1970; None: never on this machine."""
    kept = keptstate.read(_path(), "at", "mailer")
    return kept["at"] if kept and kept["mailer"] == _mailer() else None
