"""Tells all editors by mail of changes to what people in danger rely on, whoever made them."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from newsroom.outbox import posting

from .models import Alert


class Change(TypedDict):
    """A change of one thing: its name, and its value before and after, as JSON can hold it."""

    what: str
    before: object
    after: object


def changes(values: Iterable[tuple[object, object, object]]) -> list[Change]:
    """Return a Change for each (what, before, after) whose values differ."""
    return [
        {"what": str(what), "before": before, "after": after}
        for what, before, after in values
        if before != after
    ]


def editors() -> QuerySet[User]:
    """Return the active staff who may change these things and have an address."""
    roles = Q(groups__name__in=["Editor", "Administrator"]) | Q(is_superuser=True)
    return User.objects.filter(roles, is_active=True, is_staff=True).exclude(email="").distinct()


def tell_editors(changed_by: User | AnonymousUser, found: Sequence[Change]) -> None:
    """Post a mail about the changes to every editor, inside the caller's transaction.

    Each goes to the address as it is now: whoever leads editors' mail elsewhere at that moment is heard.
    """
    if not found:
        return
    # Full names are not unique, and anybody can set theirs; a user name belongs to one account.
    name = changed_by.get_full_name() if changed_by.is_authenticated else ""
    who = changed_by.get_username() + (f" ({name})" if name else "")
    alert = Alert.objects.create(changed_by=who, changes=found)
    for user in editors():
        posting.post("help_changed", f"{alert.pk}:{user.pk}", to=user.email)
