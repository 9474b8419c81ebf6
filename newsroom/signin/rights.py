"""Writes into the log what becomes of accounts: rights, passwords, addresses, and accounts that come and go."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import User

from newsroom.offers import offered
from newsroom.signin import events
from newsroom.signin.accounts import accounts_of_change
from newsroom.signin.events import Kind
from newsroom.signin.hashing import is_hashed_anew

FLAGS = {"is_active": "active", "is_staff": "staff", "is_superuser": "superuser"}
FIELDS = [*FLAGS, "password", "email", "username"]


def by_of(instance: Any) -> str:
    """Return the user name of whoever changes an account through the admin; else it came from the server."""
    return str(getattr(instance, "changed_by", "") or events.SERVER)


def before_account_save(
    sender: type,
    instance: User,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: object,
) -> None:
    """Note how an account changes; a receiver of pre_save."""
    names = FIELDS if update_fields is None else [name for name in FIELDS if name in update_fields]
    if raw or instance.pk is None or not names:
        return
    before = User.objects.filter(pk=instance.pk).first()
    changed = {name for name in names if before and getattr(before, name) != getattr(instance, name)}
    if before is None or not changed:
        return
    if flags := [name for name in FLAGS if name in changed]:
        told = ", ".join(f"{'+' if getattr(instance, name) else '-'}{FLAGS[name]}" for name in flags)
        events.note(Kind.RIGHTS, before, by_of(instance), told)
    if "username" in changed:
        events.note(Kind.RENAMED, before, by_of(instance), instance.username)
    if "email" in changed:
        events.note(Kind.ADDRESS, before, by_of(instance))
    if "password" in changed and not is_hashed_anew(instance, update_fields):
        _note_password(before, instance)


def _note_password(before: User, after: User) -> None:
    by = "" if getattr(after, "came_by_mail", False) else by_of(after)
    event = events.note(Kind.PASSWORD, before, by or before.get_username())
    # The first one is chosen by an invitation; one that opens nothing is none.
    is_new = all(one.password and is_password_usable(one.password) for one in (before, after))
    if is_new and not any(tells(before) for tells in offered("password_mails")):
        events.tell(event, before)


def after_account_save(
    sender: type, instance: User, created: bool = False, raw: bool = False, **kwargs: object
) -> None:
    """Note that an account was made, and what it may do; a receiver of post_save."""
    if created and not raw:
        told = ", ".join(f"+{word}" for name, word in FLAGS.items() if getattr(instance, name))
        events.note(Kind.CREATED, instance, by_of(instance), told)


def after_deletion(sender: type, instance: User, **kwargs: object) -> None:
    """Note that an account was deleted; a receiver of post_delete."""
    events.note(Kind.DELETED, instance, by_of(instance))


def after_group_change(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    """Note that an account got or lost a role; a receiver of m2m_changed."""
    _note_relation("groups", "name", instance, action, **kwargs)


def after_permission_change(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    """Note that an account got or lost a permission; a receiver of m2m_changed."""
    _note_relation("user_permissions", "codename", instance, action, **kwargs)


def _note_relation(relation: str, field: str, instance: Any, action: str, **kwargs: Any) -> None:
    """Note the names that are added to each account, or taken away from it."""
    signs = {"post_add": "+", "post_remove": "-", "pre_clear": "-"}
    reverse, pk_set = kwargs["reverse"], kwargs["pk_set"]
    if action not in signs or pk_set == set():
        return
    for user in accounts_of_change(instance, reverse, pk_set):
        if reverse:
            names = [getattr(instance, field)]
        else:
            rows = getattr(user, relation)
            found = rows.all() if pk_set is None else rows.model.objects.filter(pk__in=pk_set)
            names = sorted(found.values_list(field, flat=True))
        if names:
            told = ", ".join(f"{signs[action]}{name}" for name in names)
            events.note(Kind.RIGHTS, user, by_of(instance), told)
