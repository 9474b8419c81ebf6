"""Second factors of accounts, and the log of signing in and of rights."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow


class SecondFactor(StandingRow):
    """An app that shows codes (TOTP, RFC 6238), which an account needs beside its password."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor"
    )
    number = models.UUIDField(unique=True, editable=False)  # names this factor in the ledger of erasures
    sealed = models.TextField(editable=False)  # its secret, encrypted under INQUIRY_KEYS
    last_step = models.BigIntegerField(default=0, editable=False)  # of 30 seconds; no code up to it is taken
    set_up_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(StandingRow):
    """A code that stands in for the app once."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, editable=False)  # SHA-256; the code has 80 random bits
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="one_code_a_digest")]

    def __str__(self) -> str:
        return str(self.pk)


class FactorRequest(StandingRow):
    """Since when an account has been asked for a second factor; its days of grace run from then."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)


class AppendOnly(TypeError):
    """Somebody tried to change or delete a line of the log."""


class EventQuerySet(models.QuerySet["SignInEvent"]):
    """Lines of the log, which nobody changes or deletes."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise AppendOnly


class SignInEvent(StandingRow):
    """A line of the log: who signed in, or what became of whose account; it holds no address."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", _("signed in")
        NEW_DEVICE = "new-device", _("signed in on a new device")
        RECOVERY = "recovery", _("signed in by a recovery code")
        GUESSED = "guessed", _("closed for a while after wrong passwords")
        WRONG_CODES = "wrong-codes", _("closed for a while after wrong codes")
        FACTOR_SET = "factor-set", _("second factor set up")
        FACTOR_OFF = "factor-off", _("second factor turned off")
        FACTOR_RESET = "factor-reset", _("second factor reset")
        NEW_CODES = "new-codes", _("new recovery codes")
        PASSWORD = "password", _("new password")
        ADDRESS = "address", _("new mail address")
        RENAMED = "renamed", _("new user name")
        RIGHTS = "rights", _("rights changed")
        CREATED = "created", _("account created")
        DELETED = "deleted", _("account deleted")

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    account = models.CharField(_("account"), max_length=150)
    by = models.CharField(_("by"), max_length=150, blank=True)
    detail = models.CharField(_("details"), max_length=300, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the sign-in log")
        verbose_name_plural = _("sign-in log")
        ordering = ["-pk"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new line; raises AppendOnly for one that is stored."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise AppendOnly."""
        raise AppendOnly
