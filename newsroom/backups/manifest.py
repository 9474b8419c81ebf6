"""What a backup says of itself."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from .refused import Refused

FORMAT = 1
ABOUT, MANIFEST = "about.json", "manifest.json"

type Tables = dict[str, tuple[int, str]]  # by table: how many rows, and a digest of them
type Writes = Sequence[tuple[str, Sequence[Any]]]  # statements with %s, and their values


@dataclass(frozen=True)
class About:
    """What stands at the beginning: enough to refuse a backup that can't be put back here."""

    uid: str
    at: str  # ISO 8601, when the backup began
    app: str  # version of Newsroom
    engine: str  # sqlite or postgresql
    part: str = ""  # "": the backup itself
    site: str = ""  # the name of the site, as it keeps its backups
    url: str = ""  # its SITE_URL
    format: int = FORMAT

    @property
    def time(self) -> datetime:
        """Return when the backup began."""
        return datetime.fromisoformat(self.at)

    def dump(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self), indent=1).encode()


@dataclass
class Manifest:
    """What stands at the end: every table and file, to compare."""

    taken_at: str
    front: str  # digest of what stands before the encrypted part
    database: str  # name of the file with the database
    server: str = ""  # version of the database's program
    migrations: list[list[str]] = field(default_factory=list)
    tables: Tables = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)  # size in bytes, SHA-256
    parts: list[str] = field(default_factory=list)  # that stand in files of their own
    checksum: str = ""  # SHA-256 of the file with the database

    def dump(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()


def parse_about(content: bytes) -> About:
    """Return what stands at the beginning; raises Refused where this version can't read it."""
    try:
        values = json.loads(content)
        if values["format"] > FORMAT:
            raise Refused(
                f"Newsroom {values['app']} made this backup; this version ({app_version()}) is older."
            )
        known = {name: values[name] for name in About.__dataclass_fields__ if name in values}
        return About(**known)
    except (ValueError, KeyError, TypeError):
        raise Refused("The backup is damaged: its beginning can't be read.") from None


def parse_manifest(content: bytes) -> Manifest:
    """Return what stands at the end; raises Refused where it can't be read."""
    try:
        values = json.loads(content)
        made = Manifest(**{name: values[name] for name in Manifest.__dataclass_fields__ if name in values})
        made.tables = {name: (int(count), str(digest)) for name, (count, digest) in made.tables.items()}
        made.files = {name: (int(size), str(digest)) for name, (size, digest) in made.files.items()}
        return made
    except (ValueError, KeyError, TypeError):
        raise Refused("The backup is damaged: its list can't be read.") from None


def app_version() -> str:
    """Return the version of Newsroom in pyproject.toml."""
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def require_engine(about: About) -> None:
    """Raise Refused where the backup was made with the other database."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    if about.engine != connection.vendor:
        raise Refused(
            f"This backup is of {names.get(about.engine, about.engine)}, and DATABASE_URL names "
            f"{names[connection.vendor]}: set it to {names.get(about.engine, about.engine)}."
        )


def require_known(about: About, manifest: Manifest) -> None:
    """Raise Refused where a newer version made the backup: it has migrations that this code does not know."""
    known = set(MigrationLoader(None).disk_migrations)
    labels = {config.label for config in apps.get_app_configs()}
    for app, name in manifest.migrations:
        if app in labels and (app, name) not in known:
            raise Refused(
                f"Newsroom {about.app} made this backup, and this version ({app_version()}) does not know its "
                f"{app}.{name}: install that version, and restore with it."
            )
