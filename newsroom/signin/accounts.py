"""Which accounts a change of groups or permissions is about."""

from typing import Any

from django.contrib.auth.models import User


def accounts_of_change(instance: Any, reverse: bool, pk_set: set[int] | None) -> list[User]:
    """Return the accounts that a signal of m2m_changed tells of.

    `instance` is a User or, where the relation is changed from its other side, a Group or Permission: hence Any.
    `pk_set` is None where all are taken from it.
    """
    if not reverse:
        return [instance]
    return list(instance.user_set.all() if pk_set is None else User.objects.filter(pk__in=pk_set))
