"""The keys of backups: an age identity in a file, or one a backup that a passphrase opens."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyrage
from django.conf import settings
from pyrage import passphrase, x25519

from .refused import Refused

BEGINS = "AGE-SECRET-KEY-"
NEITHER = (
    "Backups are always encrypted, and there is no key: set BACKUP_PASSPHRASE, or BACKUP_KEY_FILE to a file that "
    "`manage.py backup --new-key` made."
)


@dataclass(frozen=True)
class Sealing:
    """What encrypts one backup: its identity, and the same wrapped by the passphrase (b"" where a file holds it)."""

    identity: x25519.Identity
    wrapped: bytes = b""


def new_identity() -> str:
    """Return a new age identity as text."""
    return str(x25519.Identity.generate())


def sealing() -> Sealing:
    """Return what encrypts a new backup; raises Refused where no key is set."""
    kept = _identity_of_the_site()
    if kept is not None:
        return Sealing(kept)
    if not settings.BACKUP_PASSPHRASE:
        raise Refused(NEITHER)
    made = x25519.Identity.generate()
    return Sealing(made, passphrase.encrypt(f"{made}\n".encode(), settings.BACKUP_PASSPHRASE))


def identity_for(wrapped: bytes) -> x25519.Identity:
    """Return what decrypts a backup that carries this wrapped identity (b"": none); raises Refused."""
    if not wrapped:
        kept = _identity_of_the_site()
        if kept is None:
            raise Refused("This backup was made with a key file: set BACKUP_KEY_FILE to that file.")
        return kept
    if not settings.BACKUP_PASSPHRASE:
        raise Refused(
            "This backup was made with a passphrase: set BACKUP_PASSPHRASE to the one of that time."
        )
    try:
        text = passphrase.decrypt(wrapped, settings.BACKUP_PASSPHRASE)
        return x25519.Identity.from_str(text.decode().strip())
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError):
        raise Refused(
            "BACKUP_PASSPHRASE is not the passphrase of this backup, or its key is damaged."
        ) from None


def _identity_of_the_site() -> x25519.Identity | None:
    """Return the identity in BACKUP_KEY_FILE; a demo without any key has one in DATA_DIR; else None."""
    if settings.BACKUP_KEY_FILE:
        return _parsed(Path(settings.BACKUP_KEY_FILE).read_text(encoding="utf-8"))
    if settings.PRODUCTION or settings.BACKUP_PASSPHRASE:
        return None
    kept = Path(settings.DATA_DIR) / "secrets" / "backup-key"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), open(kept, "x", opener=_for_ourselves) as file:
        file.write(new_identity())
    return _parsed(kept.read_text())


def _for_ourselves(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _parsed(text: str) -> x25519.Identity:
    for line in text.splitlines():
        if line.strip().startswith(BEGINS):
            try:
                return x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError:
                break
    raise Refused(f"BACKUP_KEY_FILE holds no age identity: a line that begins with {BEGINS}.")
