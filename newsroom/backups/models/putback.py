"""Backups that were put back."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow


class PutBack(StandingRow):
    """A backup that was put back into this database, and how far the site has come since."""

    made_at = models.DateTimeField(_("backup made at"))
    put_back_at = models.DateTimeField(_("put back at"), default=timezone.now)
    settled_at = models.DateTimeField(null=True)  # None: nothing may be served yet
    resumed_at = models.DateTimeField(null=True)  # None: no mail leaves yet
    has_ledger = models.BooleanField(default=True)  # False: nobody knows what was erased since
    last_mail_id = models.BigIntegerField(default=0)  # of the mails that waited in the backup
    report = models.JSONField(default=list)  # what was done again, in sentences

    class Meta:
        verbose_name = _("backup that was put back")
        verbose_name_plural = _("backups that were put back")
        ordering = ["-put_back_at", "-pk"]
        default_permissions = ()
        permissions = [("resume_site", "Can decide how the site goes on after a backup was put back")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
