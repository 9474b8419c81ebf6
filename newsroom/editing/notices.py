"""The notices on the admin's first page: what waits for the person who is signed in, as apps offer it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value
from django.http import HttpRequest

from newsroom.offers import offered


@dataclass(frozen=True)
class Notice:
    """A sentence about what waits, and the page where it is dealt with, if there is one."""

    text: str
    url: str = ""
    condition: str = ""  # the condition that tells Administrators the same


@dataclass(frozen=True)
class Counted:
    """A notice of how many rows there are; all of a page are counted in one query."""

    rows: "QuerySet[Any]"  # Any: of whichever model
    told: Callable[[int], str]  # the sentence about so many, with %(number)s in it
    url: str
    condition: str = ""

    def notice(self, number: int) -> Notice | None:
        """Return the notice of a number; None of none."""
        return Notice(self.told(number) % {"number": number}, self.url, self.condition) if number else None


def notices_for(request: HttpRequest, told: Collection[str] = ()) -> list[Notice]:
    """Return the notices for the person who asks, without those of conditions that the person is told of.

    Apps offer in `notices` of their config functions load(request), which return a Notice, or a Counted, or None where
    nothing waits or the person may not deal with it. They stand in the order of INSTALLED_APPS, those of one app in the
    order in which its method returns them.
    """
    found = [one for load in offered("notices") if (one := load(request)) and one.condition not in told]
    numbers = iter(_numbers([one.rows for one in found if isinstance(one, Counted)]))
    noted = [one.notice(next(numbers)) if isinstance(one, Counted) else one for one in found]
    return [one for one in noted if one]


def _numbers(querysets: "list[QuerySet[Any]]") -> list[int]:
    """Return how many rows each queryset has, in one query."""
    if not querysets:
        return []
    counts = [
        rows.model._base_manager.filter(pk__in=rows.order_by().values("pk"))
        .order_by()
        .annotate(place=Value(place, IntegerField()))
        .values("place")
        .annotate(number=Count("pk"))
        .values_list("place", "number")
        for place, rows in enumerate(querysets)
    ]
    first, *others = counts
    found = dict(first.union(*others, all=True).order_by()) if others else dict(first)
    return [found.get(place, 0) for place in range(len(querysets))]
