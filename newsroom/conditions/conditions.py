"""The conditions that apps offer: each says what is wrong in words for an operator, or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from newsroom.offers import offered

from .commands import here


class Weight(StrEnum):
    """What a problem means to whoever watches the site."""

    FAILING = "failing"  # something that has to work does not: monitoring gets 503
    UNREADY = (
        "unready"  # something has not been set up yet: doctor and the first page say so, monitoring does not
    )


@dataclass(frozen=True)
class Condition:
    """One thing that can be wrong, by a stable name; `problem` is empty while it is well.

    Problem, advice and note are sentences for an operator. They hold no address, no token and no text of a visitor.
    The log has a line whenever the problem changes by more than its numbers: it says since when, not for how long.
    """

    name: str
    problem: str = ""
    advice: str = ""
    weight: Weight = Weight.FAILING
    note: str = ""  # what doctor says while it is well, such as "the last one at 03:10"
    page: str = ""  # the name of the admin's page where it is mended, such as "admin:clock"

    def __post_init__(self) -> None:
        for name in ("problem", "advice"):
            object.__setattr__(self, name, here(getattr(self, name)))

    @property
    def is_well(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problem


type Check = Callable[[], Condition]


def checks(kind: str = "conditions") -> list[tuple[str, Check]]:
    """Return name and check of every condition.

    Apps offer them as pairs in `conditions` of their config. A check asks nobody on other machines, except the
    services that the site needs anyway, and takes a second at most. What asks others, such as for DNS entries, is
    offered in `remote_conditions`: doctor asks each time, and the watch of each machine once an hour.
    """
    return list(offered(kind))


def examine(
    found: list[tuple[str, Check]] | None = None, is_database_away: bool = False
) -> Iterator[Condition]:
    """Yield the state of every condition; a check that raises is a problem itself.

    While the database is away nothing is said of what only it could tell.
    """
    for name, check in checks() if found is None else found:
        try:
            condition = check()
        except Exception as error:  # whatever a driver raises
            if is_database_away and isinstance(error, DatabaseError | InterfaceError):
                continue
            condition = Condition(
                name, _("It can’t be checked: %(error)s.") % {"error": type(error).__name__}
            )
        if name == "database":
            is_database_away = not condition.is_well
        yield condition
