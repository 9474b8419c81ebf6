"""The last report of this machine's watch, in a file: the first page and monitoring read it and wait for nobody."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from newsroom.storage import keptstate

from .conditions import Condition, Weight


def fresh() -> float:
    """Return the seconds in which a report holds: less than a minute, also where a look comes late and takes long."""
    return float(settings.WATCH_EVERY + min(settings.WATCH_EVERY, 10) + 15)


@dataclass(frozen=True)
class Report:
    """What the watch found, and how many seconds ago."""

    conditions: list[Condition]
    age: float

    @property
    def is_fresh(self) -> bool:
        """Return whether it still says how things are."""
        return self.age <= fresh()

    @property
    def problems(self) -> list[Condition]:
        """Return what is not well, the gravest first."""
        return in_order(one for one in self.conditions if not one.is_well)


def in_order(conditions: Iterable[Condition]) -> list[Condition]:
    """Return conditions in the order of their gravity: failing, unready, well."""
    return sorted(conditions, key=lambda one: (one.is_well, one.weight is Weight.UNREADY))


def _path() -> Path:
    return Path(settings.DATA_DIR) / "watch" / "report.json"


def store(conditions: list[Condition], told: Iterable[str] = ()) -> None:
    """Store the report, and the names of what the log was told of late; raises OSError."""
    told_of = [asdict(one) for one in conditions]
    keptstate.write(
        _path(), {"at": time.time(), "uptime": _uptime(), "conditions": told_of, "told": list(told)}
    )


def has_told(name: str) -> bool:
    """Return whether the watch has logged of late that this condition fails."""
    kept = keptstate.read(_path(), "told")
    return kept is not None and name in kept["told"]


def last() -> Report | None:
    """Return the last report of this machine, however old; None without one."""
    kept = keptstate.read(_path(), "at", "uptime", "conditions")
    if kept is None:
        return None
    try:
        conditions = [Condition(**one | {"weight": Weight(one["weight"])}) for one in kept["conditions"]]
    except (KeyError, TypeError, ValueError):  # of another version, before an upgrade or a way back
        return None
    # By the uptime, so that a clock that jumps makes no report old; after a reboot it is older than by the clock.
    age = _uptime() - kept["uptime"]
    return Report(conditions, age if age >= 0 else max(time.time() - kept["at"], fresh() + 1))


def _uptime() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
