"""The key of the ledger: it comes from the key of the backups, so that a new machine can read the ledger with it."""

import hashlib
import hmac
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LABEL = b"newsroom ledger of erasures"
IDENTITY = "AGE-SECRET-KEY-"
COST = 2**15  # of scrypt: 32 MiB and a tenth of a second, once a process


def keyed(text: str) -> str:
    """Return the keyed hash (HMAC-SHA256) by which the ledger knows a subject."""
    return hmac.digest(_key(), text.encode(), hashlib.sha256).hex()


def comes_from_secret_key() -> bool:
    """Return whether the key comes from SECRET_KEY, since the backups have none."""
    return not (_identity() or _passphrase())


def _key() -> bytes:
    identity, passphrase = _identity(), _passphrase()
    if identity:
        return _derived(identity)
    if passphrase:
        return _from_passphrase(passphrase)
    return _derived(settings.SECRET_KEY)


def _passphrase() -> str:
    return str(getattr(settings, "BACKUP_PASSPHRASE", "") or "")


def _identity() -> str:
    """Return the age identity in BACKUP_KEY_FILE, or ''."""
    path = getattr(settings, "BACKUP_KEY_FILE", "")
    return _read_identity(str(path)) if path else ""


@lru_cache(4)
def _read_identity(path: str) -> str:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.strip() for line in lines if line.strip().upper().startswith(IDENTITY)), "")


@lru_cache(4)
def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=LABEL).derive(secret.encode())


@lru_cache(4)
def _from_passphrase(passphrase: str) -> bytes:
    memory = 256 * COST * 8
    return hashlib.scrypt(passphrase.encode(), salt=LABEL, n=COST, r=8, p=1, maxmem=memory, dklen=32)
