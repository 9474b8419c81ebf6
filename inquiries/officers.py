"""Who may read inquiries: members of one group that were let in. That they are superusers helps nobody in."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from inquiries.models.admission import Admission

GROUP = "Inquiry officer"


def members() -> QuerySet[User]:
    """Return the accounts of the group that are not switched off, whether the desk is open to them or not."""
    return User.objects.filter(is_active=True, is_staff=True, groups__name=GROUP).order_by("username")


def is_member(user: User) -> bool:
    """Return whether somebody is an active member of the group; membership is asked, not permissions."""
    return user.is_active and user.is_staff and user.groups.filter(name=GROUP).exists()


def is_officer(user: User) -> bool:
    """Return whether somebody may read inquiries now: a member, with the account as it was let in."""
    return is_member(user) and Admission.of(user).is_for(user)


def all_officers() -> QuerySet[User]:
    """Return everybody who may read inquiries now."""
    let_in = [user.pk for user in members().select_related("admission") if _is_let_in(user)]
    return members().filter(pk__in=let_in)


def waiting() -> list[User]:
    """Return the members to whom the desk is closed until another officer lets them in."""
    return [user for user in members().select_related("admission") if not _is_let_in(user)]


def _is_let_in(user: User) -> bool:
    admission = getattr(user, "admission", None)  # a reverse relation that is empty raises AttributeError
    return admission is not None and admission.is_for(user)
