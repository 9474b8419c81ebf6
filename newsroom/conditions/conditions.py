"""The conditions that apps offer: each says what is wrong in words for an operator, or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from newsroom.offers import offered


class Weight(StrEnum):
    """What a problem means to whoever watches the site."""

    FAILING = "failing"  # something that has to work does not: monitoring gets 503
    UNREADY = (
        "unready"  # something has not been set up yet: doctor and the first page say so, monitoring does not
    )


@dataclass(frozen=True)
class Condition:
    """One thing that can be wrong, by a stable name; `problem` is empty while it is well.

    Problem and advice are sentences for an operator. They hold no address, no token and no text of a visitor.
    """

    name: str
    problem: str = ""
    advice: str = ""
    weight: Weight = Weight.FAILING

    @property
    def is_well(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problem


type Check = Callable[[], Condition]


def checks() -> list[tuple[str, Check]]:
    """Return name and check of every condition.

    Apps offer them as pairs in `conditions` of their config. A check asks nobody on other machines, except the
    services that the site needs anyway, and takes a second at most.
    """
    return list(offered("conditions"))


def examine() -> Iterator[Condition]:
    """Yield the state of every condition; a check that raises is a problem itself."""
    for name, check in checks():
        try:
            yield check()
        except Exception as error:  # whatever a driver raises
            yield Condition(name, f"It can't be checked: {type(error).__name__}.")
