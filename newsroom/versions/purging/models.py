"""That a word was purged, without the word."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow


class Purge(StandingRow):
    """A purge: who, when, and of how many things; the word stands nowhere."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    deleted = models.PositiveIntegerField(_("deleted"), default=0)
    covered = models.PositiveIntegerField(_("covered"), default=0)

    class Meta:
        verbose_name = _("purge of a name")
        verbose_name_plural = _("purge a name")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        permissions = [("purge_words", "Can purge a name from everything that is kept")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
