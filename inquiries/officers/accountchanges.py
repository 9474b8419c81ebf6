"""Listens to changes of officers' accounts: tells all officers, and opens or closes the desk to the account.

The desk is closed where somebody else may have the account now. Notices go to the addresses from before the change,
and to those with which the accounts were let in: so an attacker who redirects the mail of the officers can't hide the
change.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group, User

from inquiries import mail
from inquiries.models import AccountChange, Admission, Event, Inquiry
from inquiries.officers.membership import GROUP, members
from newsroom.signin.accounts import accounts_of_change
from newsroom.signin.hashing import is_hashed_anew

Change = AccountChange.Change
SERVER = "(manage.py)"  # stands for whoever acts from the server; user names hold no parentheses
FIELDS = ["username", "email", "password", "is_active", "is_staff"]


def on_group_change(
    sender: type, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: object
) -> None:
    """Tell who joined the group or left it (a receiver of m2m_changed)."""
    if action not in {"post_add", "post_remove", "pre_clear"} or pk_set == set():
        return
    if reverse:  # group.user_set.add(user)
        is_ours = instance.name == GROUP
    else:
        groups = Group.objects.filter(pk__in=pk_set) if pk_set else instance.groups.all()
        is_ours = groups.filter(name=GROUP).exists()
    for user in accounts_of_change(instance, reverse, pk_set) if is_ours else []:
        if action == "post_add":
            _joined(user, _actor(instance))
        else:
            _tell(user, [Change.LEFT], _actor(instance))
            Admission.revoke(user)


def before_deletion(sender: type, instance: User, **kwargs: object) -> None:
    """Tell that an officer's account is being deleted (a receiver of pre_delete)."""
    if instance.groups.filter(name=GROUP).exists():
        _tell(instance, [Change.DELETED], _actor(instance))


def before_account_save(
    sender: type,
    instance: User,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: object,
) -> None:
    """Tell how an officer's account changes, and close the desk to it where somebody else may have it then.

    A receiver of pre_save.
    """
    if raw or instance.pk is None:
        return
    before = User.objects.filter(pk=instance.pk, groups__name=GROUP).first()
    if before is None:
        return
    changes = _differences(before, instance, update_fields)
    if Change.PASSWORD in changes and Change.ADDRESS not in changes and Admission.of(before).is_for(before):
        is_same = is_hashed_anew(instance, update_fields)
        if is_same or _is_of_its_owner(before, instance):
            Admission.follow_password(before, instance.password)
        if is_same:
            return
    if not changes:
        return
    if Change.ASLEEP in changes:
        Admission.revoke(before)
    elif Change.ADDRESS in changes:
        Admission.close(before)
    _tell(before, changes, _actor(instance), after=instance)


def tells_of_password(user: User) -> bool:
    """Return whether a mail from here tells the account of its new password: another would say the same."""
    return bool(user.email) and user.groups.filter(name=GROUP).exists()


def let_in(user: User, by: str) -> None:
    """Open the desk to an account, and tell all officers who did it."""
    Admission.admit(user)
    _tell(user, [Change.LET_IN], by)


def _joined(user: User, by: str) -> None:
    """Tell of a new member; the first one of a site is let in, since nobody else could do it."""
    is_first = not any(
        rows.exists()
        for rows in (
            AccountChange.objects,
            Admission.objects,
            Event.objects,
            Inquiry.objects,
            members().exclude(pk=user.pk),
        )
    )
    if is_first:
        Admission.admit(user)
    _tell(user, [Change.JOINED], by)


def _differences(before: User, after: User, update_fields: Iterable[str] | None) -> list[Change]:
    written = FIELDS if update_fields is None else [name for name in FIELDS if name in update_fields]
    changed = {name for name in written if getattr(before, name) != getattr(after, name)}
    changes = []
    if "username" in changed:
        changes.append(Change.RENAMED)
    if "email" in changed:
        changes.append(Change.ADDRESS)
    if "password" in changed:
        changes.append(Change.PASSWORD)
    if changed & {"is_active", "is_staff"}:
        is_on = all(getattr(after if name in written else before, name) for name in ("is_active", "is_staff"))
        changes.append(Change.WOKEN if is_on else Change.ASLEEP)
    return changes


def _is_of_its_owner(before: User, after: User) -> bool:
    """Return whether the person who was let in has set the new password.

    That is so where the former one was typed just before, or where an account that was let in without a password sets
    its first one through the mailed invitation. A reset by mail only proves who reads the mail.
    """
    if getattr(after, "has_proven_password", False):
        return True
    return getattr(after, "came_by_mail", False) and not is_password_usable(before.password)


def _actor(instance: User | Group) -> str:
    """Return the user name of whoever changes an account through the admin, '' where it is not known."""
    return getattr(instance, "changed_by", "")


def _tell(user: User, changes: list[Change], by: str, after: User | None = None) -> None:
    """Store what happens to an account, and post notices to all officers and to the account itself."""
    closed = Change.LET_IN not in changes and not Admission.of(user).is_for(after or user)
    change = AccountChange.objects.create(
        account=user.get_username(), by=by, deeds=[change.value for change in changes], closed=closed
    )
    heard = {person.pk: person for person in members().select_related("admission")}
    heard[user.pk] = User.objects.filter(pk=user.pk).select_related("admission").first() or user
    addresses = {user.email}
    for person in heard.values():
        admission = getattr(person, "admission", None)
        addresses |= {person.email, admission.address() if admission else ""}
    mail.tell_of_account(change, addresses - {""})
