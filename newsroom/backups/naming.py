"""The names of backups, which tell when they were made, in UTC."""

import re
from datetime import UTC, datetime

NAME = re.compile(r"newsroom-(\d{8}-\d{6})(?:\.([a-z]+))?\.tar")
PATTERN = "%Y%m%d-%H%M%S"


def name_of(time: datetime) -> str:
    """Return the name of a backup that began then."""
    return f"newsroom-{time.astimezone(UTC):{PATTERN}}.tar"


def part_of(name: str, part: str) -> str:
    """Return the name of a part of a backup."""
    return f"{name.removesuffix('.tar')}.{part}.tar"


def time_of(name: str) -> datetime:
    """Return when a backup or a part of it was begun; raises ValueError for another name."""
    found = NAME.fullmatch(name)
    if not found:
        raise ValueError(name)
    return datetime.strptime(found[1], PATTERN).replace(tzinfo=UTC)


def backups_in(names: list[str]) -> list[str]:
    """Return the names of backups, without their parts, the oldest first."""
    return sorted(name for name in names if (found := NAME.fullmatch(name)) and not found[2])


def parts_in(names: list[str]) -> dict[str, str]:
    """Return the names of parts, each with the name of the part."""
    return {name: found[2] for name in names if (found := NAME.fullmatch(name)) and found[2]}
