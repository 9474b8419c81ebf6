"""Accounts in the ledger of erasures: who was shut out, or has fewer rights, stays so after a backup was put back.

Of an account the ledger notes its rights and keyed hashes of password and address, at each change.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.backups import ledger
from newsroom.backups.erasures.key import keyed
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of
from newsroom.conditions.commands import here
from newsroom.signin.accounts import accounts_of_change
from newsroom.signin.hashing import is_hashed_anew

ACCOUNT = "account of the staff"
RIGHTS = ["is_active", "is_staff", "is_superuser"]


def after_account_save(
    sender: type,
    instance: User,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: object,
) -> None:
    """Note what an account may do now; a receiver of post_save."""
    if raw or (update_fields is not None and set(update_fields) <= {"last_login"}):
        return
    former = instance.__dict__.pop("former_hash", "")
    _note(instance, **({"same_as": keyed(former)} if former else {}))


def before_account_save(
    sender: type,
    instance: User,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: object,
) -> None:
    """Remember the former hash of a password that signing in hashes anew; a receiver of pre_save."""
    if not raw and is_hashed_anew(instance, update_fields):
        stored = User.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
        instance.former_hash = stored or ""  # type: ignore[attr-defined]  # no field: it lasts for the request


def after_group_change(
    sender: type, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: object
) -> None:
    """Note the rights of accounts whose groups or permissions have changed; a receiver of m2m_changed."""
    if action in {"post_add", "post_remove", "post_clear"}:
        for user in accounts_of_change(instance, reverse, pk_set):
            _note(user)


def before_deletion(sender: type, instance: User, **kwargs: object) -> None:
    """Note that an account is deleted; a receiver of pre_delete."""
    ledger.note(ACCOUNT, str(instance.pk), deleted=True)


def _note(user: User, **more: object) -> None:
    ledger.note(ACCOUNT, str(user.pk), **_state_of(user), **more)


def _state_of(user: User) -> dict[str, object]:
    """Return the rights of an account, and keyed hashes of its password and its address."""
    return {name: getattr(user, name) for name in RIGHTS} | {
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "permissions": sorted(user.user_permissions.values_list("codename", flat=True)),
        "password": keyed(user.password),
        "address": keyed(user.email.lower()),
    }


def redo(entries: Sequence[Entry]) -> int:
    """Delete, shut out, or lessen the rights of, each account as its last entry says; return how many changed."""
    all_of: dict[str, list[dict[str, object]]] = defaultdict(list)
    for entry in entries:
        all_of[entry.subject].append(entry.details)
    keys = rows_of(User, "pk", set(all_of))
    return sum(_redo(user, all_of[keys[user.pk]]) for user in User.objects.filter(pk__in=keys))


def _redo(user: User, told: list[dict[str, object]]) -> int:
    """Bring an account to what is told of it last, but to no more than it has; return 1 where that changed it."""
    if told[-1].get("deleted"):
        user.delete()
        return 1
    same = keyed(user.password)
    for details in told:
        if details.get("same_as") == same:  # signing in has hashed the same password anew
            same = str(details["password"])
    return _lessen(user, told[-1], is_new_password=told[-1]["password"] != same)


def _lessen(user: User, noted: dict[str, object], is_new_password: bool) -> int:
    """Give an account no more than is noted; return 1 where it had more, another password or another address."""
    before = _state_of(user)
    for name in RIGHTS:
        setattr(user, name, getattr(user, name) and bool(noted[name]))
    if is_new_password:
        user.set_unusable_password()
    if noted["address"] != before["address"]:
        user.email = ""  # a link for a new password must not go where the account has moved away from
    after = _state_of(user)
    if after == before and _has_no_more(before, noted):
        return 0
    user.save(update_fields=[*RIGHTS, "password", "email"])
    user.groups.remove(*Group.objects.exclude(name__in=_words(noted["groups"])))
    user.user_permissions.remove(*user.user_permissions.exclude(codename__in=_words(noted["permissions"])))
    return 1


def _has_no_more(before: dict[str, object], noted: dict[str, object]) -> bool:
    return all(set(_words(before[name])) <= set(_words(noted[name])) for name in ("groups", "permissions"))


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def end_all_sessions() -> str:
    """End every session: some were ended since the backup was made."""
    count = Session.objects.all().delete()[0]
    told = ngettext(
        "Ended: %(count)s session of the staff; everybody signs in anew.",
        "Ended: %(count)s sessions of the staff; everybody signs in anew.",
        count,
    )
    return told % {"count": count} if count else ""


def tell_who_can_sign_in() -> str:
    """Return in a sentence what to do where no administrator has a password that works."""
    able = [
        user for user in User.objects.filter(is_active=True, is_superuser=True) if user.has_usable_password()
    ]
    if able:
        return ""
    told = _("No superuser has a password that works: set one by `manage.py changepassword <username>`.")
    return here(told)
