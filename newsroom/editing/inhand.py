"""What a person has in hand, as apps offer it in `in_hand` of their config, and who can go on with it."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.editing.sections import Line
from newsroom.offers import offered

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


MOST_LINES = 200  # that a page shows of one sort


class InHand(ABC):
    """One sort of work that stands in the name of a person."""

    name: str  # of the field that asks who goes on with it
    title: "StrOrPromise"
    question: "StrOrPromise"
    told: "StrOrPromise"  # what will happen to it
    nobody: "StrOrPromise" = ""  # what it means to give it to nobody; empty where that can't be

    @abstractmethod
    def forsaken(self) -> QuerySet[User]:
        """Return the accounts that have some of it in hand, and can't go on with it any more."""

    @abstractmethod
    def held(self, user: User) -> list[str]:
        """Return how much of it a person has in hand, in words such as '3 drafts'; empty for none."""

    def lines(self, user: User, request: HttpRequest) -> list[Line]:
        """Return what of it the person who asks may open, for whoever has it: the first MOST_LINES, and one more."""
        return []

    def awaited(self, user: User) -> list[str]:
        """Return in words what is to happen in the name of a person at a set time, and needs the account until then."""
        return []

    @abstractmethod
    def heirs(self, user: User) -> QuerySet[User]:
        """Return who can go on with it."""

    @abstractmethod
    def hand_over(self, user: User, to: User | None, by: User) -> int:
        """Give what a person can't go on with to somebody else, in one transaction; return how much of it moved.

        What has been given away already stays where it is, and so does what the other one may not change.
        """


def kinds() -> list[InHand]:
    """Return what apps offer, in the order of INSTALLED_APPS."""
    return list(offered("in_hand"))


def held_by(user: User) -> list[str]:
    """Return all that a person has in hand, in words."""
    return [said for kind in kinds() for said in kind.held(user)]


def awaited_from(user: User) -> list[str]:
    """Return all that is to happen in the name of a person at a set time, in words."""
    return [said for kind in kinds() for said in kind.awaited(user)]


def hold(*people: User | None) -> None:
    """Lock these accounts until the transaction ends: who hands over at the same moment waits, and finds it done."""
    keys = [one.pk for one in people if one is not None]
    list(
        User.objects.select_for_update(no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
