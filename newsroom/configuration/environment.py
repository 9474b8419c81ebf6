"""Reads settings from the process environment: text, flags, numbers, lists, networks, addresses, names and keys."""

import base64
import grp
import ipaddress
import os
import re
import secrets
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"", "0", "false", "no", "off"}
SHORTEST_OPTIONAL_KEY = 24  # characters
SHORTEST_KEY = 32  # characters
LEAST_VARIETY = 10  # different characters: 32 random hexadecimal digits have more
SITE_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:.]+")
HOST_NAME = re.compile(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]|\*")

asked: set[str] = set()  # the names of the variables that were looked for


def text(name: str, default: str = "") -> str:
    """Return the environment variable, stripped, or the default where it is unset or empty."""
    asked.add(name)
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return the environment variable as a boolean; raises ImproperlyConfigured on any other word."""
    asked.add(name)
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; use 'on' or 'off'.")


def one_of(name: str, *words: str) -> str:
    """Return the environment variable, the first of the words where it is unset; another is ImproperlyConfigured."""
    value = text(name, words[0])
    if value not in words:
        raise ImproperlyConfigured(f"{name} is {value!r}; use {' or '.join(map(repr, words))}.")
    return value


def number(name: str, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
    """Return the environment variable as a whole number; raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value:
        return default
    try:
        found = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None
    if not least <= found <= most:
        raise ImproperlyConfigured(f"{name} is {value}; it must be a whole number from {least} to {most}.")
    return found


def numbers(name: str, default: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return three whole numbers, the first at least 1; raises ImproperlyConfigured for anything else."""
    value = words(name)
    if not value:
        return default
    if len(value) != 3 or not all(word.isascii() and word.isdigit() for word in value) or int(value[0]) < 1:
        raise ImproperlyConfigured(
            f"{name} is {','.join(value)!r}; it must be three numbers such as {','.join(map(str, default))}, "
            "the first at least 1."
        )
    return int(value[0]), int(value[1]), int(value[2])


def long_text(name: str, least: int) -> str:
    """Return the environment variable; raises ImproperlyConfigured where it has fewer characters, but not none."""
    value = text(name)
    if value and len(value) < least:
        raise ImproperlyConfigured(f"{name} has {len(value)} characters; it needs {least} or more.")
    return value


def optional_key(name: str) -> str:
    """Return the environment variable, or ""; raises ImproperlyConfigured where it can be guessed."""
    value = text(name)
    if value and (len(value) < SHORTEST_OPTIONAL_KEY or len(set(value)) < LEAST_VARIETY):
        raise ImproperlyConfigured(
            f"{name} can be guessed: it needs {SHORTEST_OPTIONAL_KEY} random characters. "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(24))'` makes them."
        )
    return value


def required(name: str, advice: str) -> str:
    """Return the environment variable; raises ImproperlyConfigured, with the advice, where it is unset or empty."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {advice}")
    return value


def secret_key(name: str) -> str:
    """Return the environment variable; raises ImproperlyConfigured where it is unset, short or monotonous."""
    advice = "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'` makes one."
    value = required(name, f"It signs links and sessions. {advice} DEBUG=on or `make demo` need none.")
    if len(value) < SHORTEST_KEY:
        raise ImproperlyConfigured(f"{name} has {len(value)} characters; it needs {SHORTEST_KEY}. {advice}")
    if len(set(value)) < LEAST_VARIETY:
        raise ImproperlyConfigured(
            f"{name} has {len(set(value))} different characters, so it can be guessed. {advice}"
        )
    return value


def words(name: str) -> list[str]:
    """Return the comma-separated environment variable as a list."""
    asked.add(name)
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """Return the comma-separated environment variable as IP networks; raises ImproperlyConfigured on a malformed one."""
    found = words(name)
    for word in found:
        try:
            network = ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} has {word!r}; it takes addresses and networks such as 127.0.0.1 or 10.0.0.0/8."
            ) from None
        if not network.prefixlen:
            raise ImproperlyConfigured(
                f"{name} has {word!r}, which is everybody; name the networks that are meant."
            )
    return found


def hosts(name: str) -> list[str]:
    """Return the comma-separated environment variable as host names; raises ImproperlyConfigured on a malformed one."""
    found = words(name)
    for word in found:
        if not HOST_NAME.fullmatch(word):
            raise ImproperlyConfigured(
                f"{name} has {word!r}; it takes names such as www.example.org, without https:// and without a port."
            )
    return found


def site_address(name: str, value: str) -> SplitResult:
    """Return the parts of the site's public address; raises ImproperlyConfigured where the site can't have it."""
    wrong = f"{name} must look like https://news.example.org"
    try:
        parts = urlsplit(value.rstrip("/"))
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{wrong}.") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must look like https://news.example.org.")
    if not host.isascii():
        raise ImproperlyConfigured(f"{wrong}: write the name as in the certificate, beginning with xn--.")
    if not SITE_NAME.fullmatch(host):
        raise ImproperlyConfigured(f"{wrong}: {host!r} is no name of a host.")
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ImproperlyConfigured(f"{wrong}: without a path, a name or anything else.")
    return parts


def mail_address(name: str, default: str) -> str:
    """Return the environment variable, an address with or without a name; raises ImproperlyConfigured if it has none."""
    value = text(name, default)
    local, _at, domain = parseaddr(value)[1].rpartition("@")
    if not local or not domain or "\n" in value or value.count("<") != value.count(">"):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it must hold a mail address such as news@example.org."
        )
    return value


def contact(name: str) -> str:
    """Return the environment variable, an address by which people can be reached, or ""."""
    value = text(name)
    if value and urlsplit(value).scheme not in {"mailto", "https", "tel"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must begin with mailto:, https: or tel:.")
    return value


def time_zone(name: str) -> str:
    """Return the environment variable, the name of a time zone; raises ImproperlyConfigured for an unknown one."""
    value = text(name, "UTC")
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it must be the name of a time zone such as Europe/Vienna. "
            "`timedatectl list-timezones` lists them."
        ) from None
    return value


def key_file(name: str, path: Path, data_dir: Path) -> str:
    """Return the text of a file of keys that the variable names; raises ImproperlyConfigured, in one line, as to how.

    Also where everybody can read it, and where it is stored beside the data that it protects.
    """
    path = path.resolve()
    if path.is_relative_to(data_dir):
        raise ImproperlyConfigured(f"{name} lies inside DATA_DIR. Who copies the data must not get the key.")
    try:
        value = path.read_text(encoding="utf-8-sig")  # some editors of Windows begin a file with a mark
        mode = path.stat().st_mode
    except PermissionError:
        raise ImproperlyConfigured(
            f"{name}: {path} can't be read by the site's user. "
            f"Run `chgrp {grp.getgrgid(os.getegid()).gr_name} {path} && chmod 640 {path}`."
        ) from None
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} can't be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ImproperlyConfigured(
            f"{name}: {path} is no text in UTF-8; it must hold one key a line."
        ) from None
    if mode & 0o007:
        raise ImproperlyConfigured(f"{name}: {path} can be read by everybody. Run `chmod o= {path}`.")
    return value


def path_of_key(name: str, data_dir: Path) -> str:
    """Return the path of a key file that the variable names, or ""; raises ImproperlyConfigured as key_file() does."""
    value = text(name)
    if value:
        key_file(name, Path(value), data_dir)
    return value and str(Path(value).resolve())


def encryption_keys(name: str, data_dir: Path) -> list[str]:
    """Return the keys in the variable, or in the file that it names (one per line); [] where it is empty.

    Raises ImproperlyConfigured for a malformed key, and for one that is stored beside the data that it protects.
    """
    value = text(name)
    is_path = value.startswith("/")
    keys = (key_file(name, Path(value), data_dir) if is_path else value).replace(",", " ").split()
    if is_path and not keys:
        raise ImproperlyConfigured(f"{name}: {value} is empty; docs/security.md makes a key.")
    for key in keys:
        if not _is_key(key):
            raise ImproperlyConfigured(
                f"{name} must hold keys of 32 bytes in base64, or name a file of them by its whole path; "
                "docs/security.md makes one."
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
