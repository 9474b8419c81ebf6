"""The notices on the admin's first page: what waits for the person who is signed in, as apps offer it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from newsroom.offers import offered


@dataclass(frozen=True)
class Notice:
    """A sentence about what waits, and the page where it is dealt with, if there is one."""

    text: str
    url: str = ""
    condition: str = ""  # the condition that tells Administrators the same


def notices_for(request: HttpRequest, told: Collection[str] = ()) -> list[Notice]:
    """Return the notices for the person who asks, without those of conditions that the person is told of.

    Apps offer in `notices` of their config functions load(request), which return a Notice, or None where nothing
    waits or the person may not deal with it. They stand in the order of INSTALLED_APPS, those of one app in the order
    in which its method returns them.
    """
    found = [notice for load in offered("notices") if (notice := load(request))]
    return [notice for notice in found if notice.condition not in told]
