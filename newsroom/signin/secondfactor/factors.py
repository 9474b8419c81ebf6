"""The second factor of an account: set up, asked for, taken away. A code is good once."""

import hashlib
import secrets
import uuid
from base64 import b32encode
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsroom.backups import ledger
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of
from newsroom.guard import encryption
from newsroom.signin import events, sessions
from newsroom.signin.events import Kind
from newsroom.signin.models import RecoveryCode, SecondFactor
from newsroom.signin.secondfactor import totp

LOST = "second factor"  # the kind of these lines of the ledger
CODES = 10


def of(user: User) -> SecondFactor | None:
    """Return the second factor of an account, or None."""
    return SecondFactor.objects.filter(user=user).first()


@transaction.atomic
def set_up(user: User, secret: str, step: int, keep: str = "") -> list[str]:
    """Let the account have this app, and end its other sessions; return its recovery codes, none where it has an app."""
    User.objects.select_for_update().get(pk=user.pk)  # a form that is sent twice makes one factor
    if of(user):
        return []
    sealed = encryption.encrypt(secret)
    factor = SecondFactor.objects.create(user=user, number=uuid.uuid4(), sealed=sealed, last_step=step)
    sessions.sign_out(user, keep=keep)
    events.tell(events.note(Kind.FACTOR_SET, user, user.get_username()), user)
    return _make_codes(factor)


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Replace the recovery codes of an account; return the new ones, none where its factor was taken away."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return []
    factor.recovery_codes.all().delete()
    events.tell(events.note(Kind.NEW_CODES, user, user.get_username()), user)
    return _make_codes(factor)


@transaction.atomic
def turn_off(user: User) -> None:
    """Take away the second factor of an account at its owner's wish."""
    if _take_away(user):
        events.tell(events.note(Kind.FACTOR_OFF, user, user.get_username()), user)


@transaction.atomic
def reset(user: User, by: str) -> bool:
    """Take away a lost factor, end the sessions of the account, and tell it and the Administrators who did it."""
    if not _take_away(user):
        return False
    sessions.sign_out(user)
    event = events.note(Kind.FACTOR_RESET, user, by)
    events.tell(event, user)
    events.tell_administrators(event, but=user)
    return True


def accept(user: User, code: str) -> bool:
    """Return whether the code is one of the account's app or a recovery code, and use it up."""
    factor = of(user)
    code = "".join(code.split()).replace("-", "").upper()
    if factor is None:
        return False
    return _accept_recovery(factor, code, user) if len(code) > 8 else _accept_app(factor, code)


def codes_left(user: User) -> int:
    """Return how many recovery codes of an account are not used."""
    return RecoveryCode.objects.filter(factor__user=user, used_at=None).count()


def redo(entries: Sequence[Entry]) -> int:
    """Take away the factors that were taken away since the backup; return how many."""
    lost = rows_of(SecondFactor, "number", {entry.subject for entry in entries})
    return SecondFactor.objects.filter(pk__in=lost).delete()[1].get("signin.SecondFactor", 0)


def _accept_app(factor: SecondFactor, code: str) -> bool:
    try:
        secret = encryption.decrypt(factor.sealed)
    except encryption.Unreadable:
        return False
    step = totp.step_of(secret, code, after=factor.last_step)
    if step is None:
        return False
    # Of two who send the same code at once the database lets one through.
    return SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1


def _accept_recovery(factor: SecondFactor, code: str, user: User) -> bool:
    unused = RecoveryCode.objects.filter(factor=factor, digest=_digest(code), used_at=None)
    if unused.update(used_at=timezone.now()) != 1:
        return False
    events.tell(events.note(Kind.RECOVERY, user, user.get_username()), user)
    return True


def _make_codes(factor: SecondFactor) -> list[str]:
    codes = [b32encode(secrets.token_bytes(10)).decode() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in codes]


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _take_away(user: User) -> bool:
    """Delete the factor, and note it for a backup that is put back; return whether there was one."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return False
    ledger.note(LOST, str(factor.number))
    factor.delete()
    return True
