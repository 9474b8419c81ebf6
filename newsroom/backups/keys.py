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
    kept = _identities_of_the_site()
    if kept:
        return Sealing(kept[0])
    if not settings.BACKUP_PASSPHRASE:
        raise Refused(NEITHER)
    made = x25519.Identity.generate()
    return Sealing(made, passphrase.encrypt(f"{made}\n".encode(), settings.BACKUP_PASSPHRASE))


def identities_for(wrapped: bytes) -> list[x25519.Identity]:
    """Return what may decrypt a backup that carries this wrapped identity (b"": none); raises Refused."""
    if not wrapped:
        kept = _identities_of_the_site()
        if not kept:
            raise Refused("This backup was made with a key file: set BACKUP_KEY_FILE to that file.")
        return kept
    if not settings.BACKUP_PASSPHRASE:
        raise Refused(
            "This backup was made with a passphrase: set BACKUP_PASSPHRASE to the one of that time."
        )
    try:
        text = passphrase.decrypt(wrapped, settings.BACKUP_PASSPHRASE)
        return [x25519.Identity.from_str(text.decode().strip())]
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError):
        raise Refused(
            "BACKUP_PASSPHRASE is not the passphrase of this backup, or its key is damaged."
        ) from None


def _identities_of_the_site() -> list[x25519.Identity]:
    """Return the identities in BACKUP_KEY_FILE, of which the first one writes; a demo without any key has one in
    DATA_DIR; else none."""
    if settings.BACKUP_KEY_FILE:
        return parsed(Path(settings.BACKUP_KEY_FILE))
    if settings.PRODUCTION or settings.BACKUP_PASSPHRASE:
        return []
    kept = Path(settings.DATA_DIR) / "secrets" / "backup-key"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), open(kept, "x", opener=_for_ourselves) as file:
        file.write(new_identity())
    return parsed(kept)


def _for_ourselves(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def lines_of(path: Path) -> list[str]:
    """Return the lines with identities in a key file, whatever editor wrote it; raises Refused where it is no text."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Refused(f"BACKUP_KEY_FILE is no text in UTF-8: save {path} as plain text.") from None
    return [line.strip() for line in lines if line.strip().upper().startswith(BEGINS)]


def parsed(path: Path) -> list[x25519.Identity]:
    """Return the identities in a key file, one a line; raises Refused where there is none, or one is cut."""
    found = lines_of(path)
    if not found:
        raise Refused(f"BACKUP_KEY_FILE holds no age identity: a line that begins with {BEGINS}.")
    try:
        return [x25519.Identity.from_str(line) for line in found]
    except pyrage.IdentityError:
        raise Refused(
            f"BACKUP_KEY_FILE has a line that begins with {BEGINS} and is no age identity: it is cut, or mistyped."
        ) from None
