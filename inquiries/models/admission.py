"""Admissions to the desk: each holds for an account as it was when another officer let it in."""

import base64
import hashlib
import secrets
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from newsroom.backups import ledger
from newsroom.guard.encryption import Unreadable
from newsroom.storage.rows import StandingRow

from .sealed import SealedModel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CODE_BYTES = 10  # 80 bits: 16 letters, too many to be guessed
CODE_HOLDS = timedelta(hours=1)
DIGESTS = ("address_digest", "password_digest")
CLOSED = "desk closed to an account"  # in the ledger of erasures
CODE = ("code_digest", "code_until")


def digest(*parts: str) -> str:
    """Return the SHA-256 of some texts, in hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Admission(SealedModel):
    """The mail address and the password with which an account was let in.

    The desk is closed to an account whose address or password has changed since, in whatever way.
    """

    EMPTY = MappingProxyType({"address": ""})  # as it was then: notices go there too

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="admission")
    address_digest = models.CharField(max_length=64, blank=True)  # empty: nobody has let it in
    password_digest = models.CharField(max_length=64, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def of(cls, user: User) -> "Admission":
        """Return the admission of an account as the database has it; an empty one where there is none."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    @classmethod
    def admit(cls, user: User) -> None:
        """Open the desk to an account as it is now."""
        with cls._of_its_own(user).changing(*DIGESTS, *CODE, "sealed") as admission:
            admission.address_digest, admission.password_digest = digest(user.email), digest(user.password)
            admission.code_digest, admission.code_until = "", None
            admission.sealed = ""
            admission.seal(address=user.email)

    @classmethod
    def _of_its_own(cls, user: User) -> "Admission":
        """Return the stored row of an account, made where there is none; safe against a concurrent call."""
        Admission.objects.bulk_create([Admission(user=user)], ignore_conflicts=True)
        return Admission.objects.get(user=user)

    @classmethod
    def revoke(cls, user: User) -> None:
        """Close the desk to an account that is no officer's any more, and forget the address of its admission."""
        with transaction.atomic():
            ledger.note(CLOSED, str(user.pk))
            cls.objects.filter(user=user).delete()

    @classmethod
    def close(cls, user: User) -> None:
        """Close the desk to an officer's account until another officer lets it in again.

        Putting back the former address does not open it. Unlike revoke() it keeps the address of the admission, so
        that notices still reach the owner there if an attacker has changed the address of the account.
        """
        with transaction.atomic():
            ledger.note(CLOSED, str(user.pk))
            cls.objects.filter(user=user).update(password_digest="")

    @classmethod
    def follow_password(cls, user: User, password: str) -> None:
        """Keep the desk open to an account with this new password; the caller has proved whose it is.

        A desk that is closed stays closed.
        """
        as_let_in = cls.objects.filter(
            user=user, address_digest=digest(user.email), password_digest=digest(user.password)
        )
        as_let_in.update(password_digest=digest(password))

    @classmethod
    def new_code(cls, user: User) -> str:
        """Return a code that opens the desk once to the account as it is now, within an hour."""
        code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
        with cls._of_its_own(user).changing(*CODE) as admission:
            admission.code_digest = digest(code, user.email, user.password)
            admission.code_until = timezone.now() + CODE_HOLDS
        return code

    @staticmethod
    def state_of(user: User) -> str:
        """Return a keyed hash that changes with the name, address or password of an account."""
        parts = [user.get_username(), user.email, user.password]
        return salted_hmac("inquiries.admission", "\0".join(parts), algorithm="sha256").hexdigest()

    def is_for(self, user: User) -> bool:
        """Return whether the account is still as it was let in."""
        return (self.address_digest, self.password_digest) == (digest(user.email), digest(user.password))

    def takes_code(self, user: User, code: str) -> bool:
        """Return whether somebody with access to the server made this code for the account as it is now."""
        if not self.code_digest or self.code_until is None or self.code_until < timezone.now():
            return False
        typed = "".join(code.lower().split()).replace("-", "")
        return constant_time_compare(self.code_digest, digest(typed, user.email, user.password))

    def address(self) -> str:
        """Return the address as it was when the account was let in; '' where it can't be decrypted."""
        try:
            return str(self.words["address"])
        except Unreadable:
            return ""

    def reason(self, user: User) -> "StrOrPromise":
        """Return in words why the desk is closed to the account."""
        if not self.address_digest:
            return _("nobody has let this account in yet")
        if not self.password_digest or self.address_digest != digest(user.email):
            return _("its mail address was changed")
        return _("its password was changed without the former one")


class AccountChange(StandingRow):
    """What happened to an officer's account: notices tell it, and officers can look it up."""

    class Change(models.TextChoices):
        JOINED = "joined", _("became an inquiry officer")
        LEFT = "left", _("is no inquiry officer any more")
        ADDRESS = "address", _("has another mail address")
        PASSWORD = "password", _("has another password")
        RENAMED = "renamed", _("has another user name")
        ASLEEP = "asleep", _("was switched off")
        WOKEN = "woken", _("was switched on again")
        DELETED = "deleted", _("was deleted")
        LET_IN = "let-in", _("was let in to the desk")

    account = models.CharField(max_length=150)  # its user name before the change
    by = models.CharField(max_length=150, blank=True)  # user name, or empty where nobody was signed in
    at = models.DateTimeField(default=timezone.now)
    deeds = models.JSONField(default=list)
    closed = models.BooleanField()  # whether the desk was closed to the account afterwards

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_over(self) -> bool:
        """Return whether the account was no longer an officer's afterwards."""
        return bool({self.Change.LEFT, self.Change.ASLEEP, self.Change.DELETED} & set(self.deeds))

    @property
    def change_labels(self) -> list[str]:
        """Return in words what happened."""
        return [str(self.Change(change).label) for change in self.deeds]
