"""What apps offer to stand in a file of its own, because it is kept for a shorter time than the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from newsroom.offers import offered


@dataclass(frozen=True)
class Part:
    """Some tables whose rows no other table needs, by a short name; kept_for() is asked at each backup."""

    name: str
    tables: tuple[str, ...]
    kept_for: Callable[[], timedelta]


def all_parts() -> list[Part]:
    """Return the parts that apps offer in `backup_parts` of their config."""
    return list(offered("backup_parts"))


def tables_of(parts: list[Part]) -> list[str]:
    """Return the tables of these parts."""
    return [table for part in parts for table in part.tables]
