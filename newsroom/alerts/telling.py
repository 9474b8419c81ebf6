"""Tells all editors when something changes that people in danger rely on, whoever changed it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from newsroom.outbox import posting

from .models import Alert


def changes(values: Iterable[tuple[Any, Any, Any]]) -> list[dict[str, Any]]:
    """Return as changes those of (what, before, after) whose texts differ; empty stands for nothing."""
    return [
        {"what": str(what), "before": before, "after": after}
        for what, before, after in values
        if before != after
    ]


def editors() -> QuerySet[User]:
    """Return everybody who may change these things and has an address."""
    roles = Q(groups__name__in=["Editor", "Administrator"]) | Q(is_superuser=True)
    return User.objects.filter(roles, is_active=True, is_staff=True).exclude(email="").distinct()


def tell_editors(changed_by: User | AnonymousUser, found: Sequence[dict[str, Any]]) -> None:
    """Post a mail about the changes to every editor, inside the caller's transaction."""
    if not found:
        return
    # Anybody can have any name, and two can have the same; a user name has one account.
    name = changed_by.get_full_name() if changed_by.is_authenticated else ""
    who = changed_by.get_username() + (f" ({name})" if name else "")
    alert = Alert.objects.create(changed_by=who, changes=found)
    for user in editors():
        posting.post("help_changed", f"{alert.pk}:{user.pk}")
