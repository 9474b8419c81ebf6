"""Reads settings from the process environment: text, flags, numbers, lists, networks and keys."""

import base64
import ipaddress
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Return the environment variable, stripped, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return the environment variable as a boolean; raises ImproperlyConfigured on any other word."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; use 'on' or 'off'.")


def number(name: str, default: int) -> int:
    """Return the environment variable as a whole number; raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None


def required(name: str, advice: str) -> str:
    """Return the environment variable; raises ImproperlyConfigured, with the advice, where it is unset or empty."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {advice}")
    return value


def words(name: str) -> list[str]:
    """Return the comma-separated environment variable as a list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """Return the comma-separated environment variable as IP networks; raises ImproperlyConfigured on a malformed one."""
    found = words(name)
    for word in found:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} has {word!r}; it takes addresses and networks such as 127.0.0.1 or 10.0.0.0/8."
            ) from None
    return found


def encryption_keys(name: str, data_dir: Path) -> list[str]:
    """Return the keys in the variable, or in the file that it names (one per line); [] where it is empty.

    Raises ImproperlyConfigured for a malformed key, and for one that is stored beside the data that it protects.
    """
    value = text(name)
    if value.startswith("/"):
        path = Path(value).resolve()
        if path.is_relative_to(data_dir):
            raise ImproperlyConfigured(
                f"{name} lies inside DATA_DIR. Who copies the data must not get the key."
            )
        try:
            value = path.read_text()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}: {path} can't be read ({error.strerror}).") from None
        if path.stat().st_mode & 0o007:
            raise ImproperlyConfigured(f"{name}: {path} can be read by everybody. Run `chmod o= {path}`.")
    keys = value.replace(",", " ").split()
    for key in keys:
        if not _is_key(key):
            raise ImproperlyConfigured(
                f"{name} must hold keys of 32 bytes in base64; docs/security.md makes one."
            )
        if key in _kept_in(data_dir / "secrets"):
            raise ImproperlyConfigured(f"{name} holds a key that lies in DATA_DIR too. Make a new one.")
    return keys


def new_encryption_key() -> str:
    """Return 32 random bytes in URL-safe base64 (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key.encode(), altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def _kept_in(folder: Path) -> set[str]:
    return {path.read_text().strip() for path in folder.glob("*") if path.is_file()}


def _new_secret() -> str:
    return secrets.token_urlsafe(50)


def kept_secret(path: Path, make: Callable[[], str] = _new_secret) -> str:
    """Return the secret in a file that only its owner can read; the first call makes it."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    made = make()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(made)
    return made
