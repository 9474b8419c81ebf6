"""Who may read inquiries: members of one group who were let in. Being a superuser is not enough."""

from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from inquiries.models.admission import Admission

GROUP = "Inquiry officer"


def members() -> QuerySet[User]:
    """Return the active accounts of the group, whether the desk is open to them or not."""
    return User.objects.filter(is_active=True, is_staff=True, groups__name=GROUP).order_by("username")


def is_member(user: User | AnonymousUser) -> TypeGuard[User]:
    """Return whether somebody is an active member of the group; permissions do not count."""
    return user.is_active and user.is_staff and user.groups.filter(name=GROUP).exists()


def is_officer(user: User | AnonymousUser) -> TypeGuard[User]:
    """Return whether somebody may read inquiries now: a member whose account is as it was let in."""
    return is_member(user) and Admission.of(user).is_for(user)


def all_officers() -> QuerySet[User]:
    """Return the accounts that may read inquiries now."""
    return members().filter(pk__in=[user.pk for user in let_in()])


def let_in() -> list[User]:
    """Return the accounts that may read inquiries now, in one query."""
    return [user for user in members().select_related("admission") if _is_let_in(user)]


def waiting() -> list[User]:
    """Return the members to whom the desk is closed until another officer lets them in."""
    return [user for user in members().select_related("admission") if not _is_let_in(user)]


def _is_let_in(user: User) -> bool:
    admission = getattr(user, "admission", None)  # a reverse relation that is empty raises AttributeError
    return admission is not None and admission.is_for(user)
