"""Reads what the URLs of services mean: the database, the cache, the store of files and the mail server."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

type Settings = dict[str, Any]  # of Django, whose values are of any type

SQLITE_OPTIONS = {
    # A writer asks for the lock at BEGIN and waits for it; a reader never waits (WAL).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds: sqlite3 sets it as busy_timeout
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL;"  # with NORMAL a power cut loses commits
        "PRAGMA foreign_keys=ON;"
        "PRAGMA secure_delete=ON;"
        "PRAGMA cache_size=-16000;"
    ),
}
# A PostgreSQL server that is off must not hold a thread for the minutes that the kernel would wait for it.
POSTGRESQL_OPTIONS = {
    "connect_timeout": 5,  # seconds, as the next two
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}


# What may stand in the query of CACHE_URL: with another word each use of the cache would fail.
REDIS_OPTIONS = {"db", "protocol", "ssl_ca_certs", "ssl_cert_reqs", "ssl_check_hostname"}

ESCAPED = "write @ : / ? # % of a user or password as %40 %3A %2F %3F %23 %25"


def split(name: str, url: str, advice: str) -> SplitResult:
    """Return the parts of a URL; raises ImproperlyConfigured, with the advice and without the URL, if it is none."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} can't be read: {ESCAPED}. {advice}") from None
    return parts


def database_from_url(url: str) -> Settings:
    """Return Django's settings of the database for DATABASE_URL; makes the folder of an SQLite file."""
    advice = "DATABASE_URL must look like postgres://user:password@host:5432/name or sqlite:////folder/file."
    parts = split("DATABASE_URL", url, advice)
    if parts.scheme not in {"postgres", "postgresql", "sqlite"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(advice)
    if parts.fragment:
        raise ImproperlyConfigured(f"DATABASE_URL can't be read: {ESCAPED}. {advice}")
    database: Settings = {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    if database["ENGINE"] == "django.db.backends.sqlite3":
        path = Path(database["NAME"])
        if not path.is_absolute():
            raise ImproperlyConfigured(
                f"DATABASE_URL: {path} is another file in each folder that a command is run in. "
                "Write its whole path, with four slashes: sqlite:////folder/file."
            )
        folder = path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(f"DATABASE_URL: {folder} can't be made: {error.strerror}.") from None
        database["OPTIONS"] = SQLITE_OPTIONS
    if database["ENGINE"] == "django.db.backends.postgresql":
        _require_known(database.get("OPTIONS", {}), advice)
        database["OPTIONS"] = POSTGRESQL_OPTIONS | database.get("OPTIONS", {})
    return database


def _require_known(options: Settings, advice: str) -> None:
    """Raise ImproperlyConfigured for an option that PostgreSQL's library does not know."""
    if not options:
        return
    from psycopg.pq import Conninfo

    known = {one.keyword.decode() for one in Conninfo.get_defaults()} | {
        "pool",
        "isolation_level",
        "assume_role",
    }
    if unknown := options.keys() - known:
        raise ImproperlyConfigured(f"DATABASE_URL has {', '.join(sorted(unknown))!r} after the '?'. {advice}")


def cache_from_url(url: str) -> Settings:
    """Return Django's settings of the cache for a file://, redis://, rediss:// or locmem:// URL."""
    advice = "CACHE_URL must start with file:///, redis://, rediss:// or locmem://."
    parts = split("CACHE_URL", url, advice)
    scheme = parts.scheme
    if scheme == "file" and parts.path and not parts.netloc:
        return {
            "BACKEND": "newsroom.storage.filecache.LockedFileCache",
            "LOCATION": unquote(parts.path),
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    if unknown := dict(parse_qsl(parts.query)).keys() - REDIS_OPTIONS:
        raise ImproperlyConfigured(f"CACHE_URL has {', '.join(sorted(unknown))!r} after the '?'. {advice}")
    if scheme in {"redis", "rediss"} and parts.hostname and not parts.fragment:
        # Seconds: a page can do without the cache, so it must not wait longer for it.
        patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
        return {
            "BACKEND": "newsroom.storage.rediscache.ForgivingRedisCache",
            "LOCATION": url,
            "OPTIONS": patience,
        }
    if scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": url}
    raise ImproperlyConfigured(advice)


def bucket_from_url(url: str, name: str) -> Settings:
    """Return the settings of a storage in a bucket, for s3://key:secret@host[:port]/bucket[/prefix]?region=….

    `name` is the variable that holds the URL. Raises ImproperlyConfigured, without naming the URL.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    bucket, _slash, prefix = unquote(parts.path).strip("/").partition("/")
    unknown = options.keys() - {"region", "tls", "style"}
    if not (parts.hostname and parts.username and parts.password and bucket) or unknown:
        raise ImproperlyConfigured(
            f"{name} must look like s3://key:secret@host:port/bucket/prefix?region=eu-west-1 (also: tls=off, "
            "style=virtual); characters such as / in key and secret as %2F."
        )
    if not (find_spec("boto3") and find_spec("storages")):
        raise ImproperlyConfigured(
            f"{name} names a bucket, and what talks to it is not installed: "
            "run `.venv/bin/pip install --require-hashes -r requirements/s3.txt`."
        )
    scheme = "http" if options.get("tls") == "off" else "https"
    host = parts.netloc.rpartition("@")[2]
    return {
        "BACKEND": "newsroom.filestore.bucket.Bucket",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "endpoint_url": f"{scheme}://{host}",
            "region_name": options.get("region", "us-east-1"),
            "addressing_style": options.get("style", "path"),
            "bucket_name": bucket,
            "location": prefix,
        },
    }


def backup_bucket(place: str) -> Settings | None:
    """Return the options of the bucket that BACKUP_TO names, or None where it names a folder or nothing."""
    if place.startswith("s3://"):
        options: Settings = bucket_from_url(place, "BACKUP_TO")["OPTIONS"]
        return options
    if place and not place.removeprefix("file://").startswith("/"):
        raise ImproperlyConfigured(
            f"BACKUP_TO is {place!r}; it must be a folder such as /srv/backups, or s3://key:secret@host/bucket/prefix."
        )
    return None


def files_from_url(url: str, data_dir: Path, media_url: str) -> dict[str, Settings]:
    """Return the settings of the storages of media and documents for FILES_URL; empty: in DATA_DIR."""
    folder = "django.core.files.storage.FileSystemStorage"
    if not url:
        return {
            "default": {"BACKEND": folder},  # in MEDIA_ROOT
            "documents": {"BACKEND": folder, "OPTIONS": {"location": data_dir / "documents"}},
        }
    parts = urlsplit(url)
    if parts.scheme == "s3":
        made = {alias: bucket_from_url(url, "FILES_URL") for alias in ("default", "documents")}
        for alias, name in (("default", "media"), ("documents", "documents")):
            options = made[alias]["OPTIONS"]
            options["location"] = f"{options['location']}/{name}".strip("/")
        made["default"]["OPTIONS"]["base_url"] = media_url
        return made
    if parts.scheme != "file" or parts.netloc or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "FILES_URL must look like file:///shared/folder or s3://key:secret@host/bucket; empty: DATA_DIR."
        )
    shared, where = "newsroom.filestore.sharedfolder.SharedFolder", Path(unquote(parts.path))
    media = {"root": where, "location": where / "media", "base_url": media_url}
    documents = {"root": where, "location": where / "documents"}
    return {
        "default": {"BACKEND": shared, "OPTIONS": media},
        "documents": {"BACKEND": shared, "OPTIONS": documents},
    }


# The providers of django-anymail that can switch tracking off for each message, and which part of EMAIL_URL is which
# option: mailgun://api-key@sender-domain, mailjet://api-key:secret-key@, postmark://server-token@
PROVIDERS = {
    "mailersend": {"username": "api_token"},
    "mailgun": {"username": "api_key", "hostname": "sender_domain"},
    "mailjet": {"username": "api_key", "password": "secret_key"},
    "postmark": {"username": "server_token"},
    "sendgrid": {"username": "api_key"},
    "sparkpost": {"username": "api_key"},
}

# django-anymail's setting for the secret with which a provider signs its webhooks; the others use HTTP Basic.
WEBHOOK_SIGNATURE_SETTINGS = {
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "sendgrid": "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",
}


def provider_of(url: str) -> str:
    """Return the mail provider that EMAIL_URL names, or ""."""
    scheme = urlsplit(url).scheme
    return scheme if scheme in PROVIDERS else ""


def webhook_setting(provider: str, secret: str) -> dict[str, str]:
    """Return django-anymail's settings for the secret of the provider's webhooks."""
    return {WEBHOOK_SIGNATURE_SETTINGS.get(provider, "WEBHOOK_SECRET"): secret} if provider and secret else {}


MAIL_ADVICE = (
    "EMAIL_URL must look like smtp+tls://user:password@mail.example.org:587 "
    "(smtp:// without encryption, smtps:// for port 465, file:///folder for files) "
    f"or like provider://key@domain with one of {', '.join(PROVIDERS)}."
)


def mailer_from_url(url: str) -> Settings:
    """Return Django's settings of the mailer for EMAIL_URL: a folder, an SMTP server or a provider."""
    parts = split("EMAIL_URL", url, MAIL_ADVICE)
    if parts.scheme in PROVIDERS:
        return _provider_mailer(parts)
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return {
            "BACKEND": "newsroom.outbox.mailfiles.MailFileBackend",
            "OPTIONS": {"file_path": unquote(parts.path)},
        }
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(MAIL_ADVICE)
    if parts.fragment or parts.path.strip("/"):
        raise ImproperlyConfigured(f"EMAIL_URL can't be read: {ESCAPED}.")
    if bool(parts.username) != bool(parts.password):
        raise ImproperlyConfigured(f"EMAIL_URL must hold both user and password, or neither; {ESCAPED}.")
    timeout = dict(parse_qsl(parts.query)).get("timeout", "20")
    if not (timeout.isascii() and timeout.isdecimal() and int(timeout)):
        raise ImproperlyConfigured("EMAIL_URL: timeout= must be a whole number of seconds.")
    options = {
        "host": parts.hostname,
        "port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": int(timeout),
    }
    return {"BACKEND": "newsroom.outbox.smtp.Mailer", "OPTIONS": options}


def _provider_mailer(parts: SplitResult) -> Settings:
    """Return the settings of a provider's mailer; the query holds further options, such as api_url."""
    options: Settings = {
        option: unquote(getattr(parts, part))
        for part, option in PROVIDERS[parts.scheme].items()
        if getattr(parts, part)
    }
    missing = set(PROVIDERS[parts.scheme].values()) - options.keys() - {"sender_domain"}
    if missing:
        raise ImproperlyConfigured(
            f"EMAIL_URL lacks the {' and the '.join(sorted(missing))} of {parts.scheme}."
        )
    options |= dict(parse_qsl(parts.query))
    options["send_defaults"] = {"track_opens": False, "track_clicks": False}
    options["ignore_unsupported_features"] = True  # most providers set a return path of their own
    return {"BACKEND": f"anymail.backends.{parts.scheme}.EmailBackend", "OPTIONS": options}
