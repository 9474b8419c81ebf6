"""How each database is copied, compared and put back; both engines offer the same functions."""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Protocol

from django.db import connection

from ..files import Stamp
from ..manifest import Tables


class Snapshot(Protocol):
    """The database as it was at one moment."""

    version: str
    files: dict[str, Stamp]  # those that were there at that moment

    def fetch(self) -> None:
        """Bring the database here, where the rest is done; others go on writing."""

    def migrations(self) -> list[list[str]]:
        """Return app and name of every migration that the database records."""

    def tables(self) -> Tables:
        """Return count and digest of the rows of each table."""

    def write_part(self, tables: Sequence[str], target: Path) -> None:
        """Write the rows of these tables into a file of their own; call it before write_main()."""

    def write_main(self, left_out: Sequence[str], target: Path) -> None:
        """Write the rest."""


def engine() -> ModuleType:
    """Return the module for the database of the site."""
    from . import postgresql, sqlite

    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]
