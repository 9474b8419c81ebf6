"""Who may read inquiries: members of one group who were let in. Being a superuser is not enough."""

from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest

GROUP = "Inquiry officer"
MEMBERS = "_members_of_the_desk"  # attribute of a request with its accounts


def members() -> QuerySet[User]:
    """Return the active accounts of the group, whether the desk is open to them or not."""
    return User.objects.filter(is_active=True, is_staff=True, groups__name=GROUP).order_by("username")


def is_member(user: User | AnonymousUser) -> TypeGuard[User]:
    """Return whether somebody is an active member of the group; permissions do not count."""
    return user.is_active and user.is_staff and user.groups.filter(name=GROUP).exists()


def is_officer(user: User | AnonymousUser) -> TypeGuard[User]:
    """Return whether somebody may read inquiries now: a member whose account is as it was let in."""
    return is_let_in(members().filter(pk=user.pk or 0).select_related("admission").first())


def members_here(request: HttpRequest) -> list[User]:
    """Return all members with their admissions; the database is asked once a request."""
    found: list[User] | None = getattr(request, MEMBERS, None)
    if found is None:
        found = list(members().select_related("admission"))
        setattr(request, MEMBERS, found)
    return found


def all_officers() -> QuerySet[User]:
    """Return the accounts that may read inquiries now."""
    return members().filter(pk__in=[user.pk for user in let_in()])


def let_in() -> list[User]:
    """Return the accounts that may read inquiries now, in one query."""
    return [user for user in members().select_related("admission") if is_let_in(user)]


def waiting() -> list[User]:
    """Return the members to whom the desk is closed until another officer lets them in."""
    return [user for user in members().select_related("admission") if not is_let_in(user)]


def is_let_in(user: User | None) -> bool:
    """Return whether the desk is open to an account that was fetched with its admission."""
    admission = getattr(user, "admission", None)  # a reverse relation that is empty raises AttributeError
    return admission is not None and admission.is_for(user)
