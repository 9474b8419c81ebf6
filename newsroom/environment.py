"""Reads the process environment: every setting's text, and what its URL forms mean."""

import base64
import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"", "0", "false", "no", "off"}


def text(name: str, default=""):
    """Return the environment variable, stripped, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default=False):
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


def number(name: str, default):
    """Return the environment variable as a whole number; raises ImproperlyConfigured where it is none."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None


def words(name: str):
    """Return the comma-separated environment variable as a list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """Return the comma-separated networks; raises ImproperlyConfigured where one is none."""
    found = words(name)
    for word in found:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} has {word!r}; it takes addresses and networks such as 127.0.0.1 or 10.0.0.0/8."
            ) from None
    return found


def encryption_keys(name: str, data_dir):
    """Return the keys that the variable holds, or the file that it names (one a line); [] where it is empty.

    Raises ImproperlyConfigured where one is no key, or lies where the data lie that it protects.
    """
    value, path = text(name), None
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


def new_encryption_key():
    """Return 32 random bytes in the base64 that URLs use."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _is_key(key: str):
    try:
        return len(base64.b64decode(key.encode(), altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def _kept_in(folder):
    return {path.read_text().strip() for path in folder.glob("*") if path.is_file()}


def kept_secret(path: Path, make=lambda: secrets.token_urlsafe(50)):
    """Return the secret kept in a file only its owner can read, made on first use."""
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


def cache_from_url(url: str):
    """Return a Django cache configuration for file://, redis://, rediss:// or locmem:// addresses."""
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return {
            "BACKEND": "newsroom.storage.filecache.LockedFileCache",
            "LOCATION": unquote(urlsplit(url).path),
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    if scheme in {"redis", "rediss"}:
        # Seconds: a page must not wait longer for what it can do without.
        patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
        return {
            "BACKEND": "newsroom.storage.rediscache.ForgivingRedisCache",
            "LOCATION": url,
            "OPTIONS": patience,
        }
    if scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": url}
    raise ImproperlyConfigured("CACHE_URL must start with file://, redis://, rediss:// or locmem://.")


# Providers of django-anymail that let each message say that nobody is tracked, and what in their address
# is which option: mailgun://api-key@sender-domain, mailjet://api-key:secret-key@, postmark://server-token@
PROVIDERS = {
    "mailersend": {"username": "api_token"},
    "mailgun": {"username": "api_key", "hostname": "sender_domain"},
    "mailjet": {"username": "api_key", "password": "secret_key"},
    "postmark": {"username": "server_token"},
    "sendgrid": {"username": "api_key"},
    "sparkpost": {"username": "api_key"},
}

# How django-anymail calls what a provider signs its webhooks with; the others name themselves by HTTP Basic.
SIGNED = {
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "sendgrid": "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",
}


def provider_of(url: str):
    """Return the provider that EMAIL_URL names, or nothing."""
    scheme = urlsplit(url).scheme
    return scheme if scheme in PROVIDERS else ""


def webhook_setting(provider, secret):
    """Return django-anymail's settings for a secret of the provider's webhooks."""
    return {SIGNED.get(provider, "WEBHOOK_SECRET"): secret} if provider and secret else {}


def mailer_from_url(url: str):
    """Return a Django mailer for EMAIL_URL: a folder, an SMTP server or a provider."""
    parts = urlsplit(url)
    if parts.scheme in PROVIDERS:
        return _provider(parts)
    if parts.scheme == "file":
        return {
            "BACKEND": "newsroom.outbox.mailfiles.MailFileBackend",
            "OPTIONS": {"file_path": unquote(parts.path)},
        }
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@mail.example.org:587 "
            "(smtp:// without encryption, smtps:// for port 465, file:///folder for files) "
            f"or like provider://key@domain with one of {', '.join(PROVIDERS)}."
        )
    options = {
        "host": parts.hostname,
        "port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": int(dict(parse_qsl(parts.query)).get("timeout", 20)),
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def _provider(parts):
    """Return the mailer of a provider; further options, such as api_url, stand in the query."""
    options = {
        option: unquote(getattr(parts, part))
        for part, option in PROVIDERS[parts.scheme].items()
        if getattr(parts, part)
    }
    lacking = set(PROVIDERS[parts.scheme].values()) - options.keys() - {"sender_domain"}
    if lacking:
        raise ImproperlyConfigured(
            f"EMAIL_URL lacks the {' and the '.join(sorted(lacking))} of {parts.scheme}."
        )
    options |= dict(parse_qsl(parts.query))
    options["send_defaults"] = {"track_opens": False, "track_clicks": False}
    options["ignore_unsupported_features"] = True  # most keep a return path of their own
    return {"BACKEND": f"anymail.backends.{parts.scheme}.EmailBackend", "OPTIONS": options}
