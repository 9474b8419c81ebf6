"""The key of the ledger: it comes from the first key that the backups had, and stays when that is changed.

The database holds it, and so does each backup: who can open a backup can read the ledger.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from newsroom.backups.keys import lines_of
from newsroom.backups.models import Owner

LABEL = b"newsroom ledger of erasures"
COST = 2**15  # of scrypt: 32 MiB and a tenth of a second, once a process


def keyed(text: str) -> str:
    """Return the keyed hash (HMAC-SHA256) by which the ledger knows a subject."""
    return hasher()(text)


def hasher() -> Callable[[str], str]:
    """Return keyed() for many texts: the key is asked for once."""
    key = _key()
    return lambda text: hmac.digest(key, text.encode(), hashlib.sha256).hex()


def note() -> None:
    """Note the key in the database, so that it stays the same whatever becomes of the keys of the backups."""
    Owner.objects.filter(pk=1, ledger_key="").update(ledger_key=_from_the_backups().hex())


def comes_from_secret_key() -> bool:
    """Return whether the key comes from SECRET_KEY, since the backups have none."""
    return not (settings.BACKUP_KEY_FILE or settings.BACKUP_PASSPHRASE)


def _key() -> bytes:
    noted = Owner.objects.filter(pk=1).values_list("ledger_key", flat=True).first()
    return bytes.fromhex(noted) if noted else _from_the_backups()


def _from_the_backups() -> bytes:
    """Return the key as it was before the database held it: by the oldest key of the file, the last one."""
    identities = lines_of(Path(settings.BACKUP_KEY_FILE)) if settings.BACKUP_KEY_FILE else []
    if identities:
        return _derived(identities[-1])
    if settings.BACKUP_PASSPHRASE:
        return _from_passphrase(settings.BACKUP_PASSPHRASE)
    return _derived(settings.SECRET_KEY)


@lru_cache(4)
def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=LABEL).derive(secret.encode())


@lru_cache(4)
def _from_passphrase(passphrase: str) -> bytes:
    memory = 256 * COST * 8
    return hashlib.scrypt(passphrase.encode(), salt=LABEL, n=COST, r=8, p=1, maxmem=memory, dklen=32)
