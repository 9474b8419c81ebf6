"""A piece in the trash, and the addresses that answer 410."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.backups.erasures.key import hasher
from newsroom.storage.rows import StandingRow

from ..words import as_asked, words_of


class Trashed(StandingRow):
    """A piece that was deleted: its rows, with everything that went with them, and until when it can be put back."""

    model = models.CharField(_("kind"), max_length=100)  # its label, such as 'articles.article'
    object_id = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=300)
    address = models.CharField(_("address"), max_length=300, blank=True)  # where visitors may know it
    content = models.TextField()  # JSON: see snapshot.py
    folders = models.JSONField(default=list)  # [alias of the storage, folder]: its files, which are held
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("piece in the trash")
        verbose_name_plural = _("trash")
        ordering = ["-deleted_at", "-pk"]
        default_permissions = ()  # who may delete such pieces sees them, nobody else
        constraints = [models.UniqueConstraint(fields=["model", "object_id"], name="trashed_once")]

    def __str__(self) -> str:
        return self.name


class GoneQuerySet(models.QuerySet["GoneAddress"]):
    """Addresses of what was deleted."""

    def at(self, path: str) -> Self:
        """Return the entry of a path."""
        return self.filter(digest=hasher()(f"address {as_asked(path)}"))

    def holding(self, word: str) -> Self:
        """Return the addresses that hold every word of a phrase."""
        found, hashed = self, hasher()
        for one in words_of(word):
            found = found.filter(words__contains=_short(hashed(f"word {one}")))
        return found


class GoneAddress(StandingRow):
    """The address of a piece that was public and was deleted, which answers 410: hashes, since it may hold a name."""

    digest = models.CharField(max_length=64, unique=True)
    words = models.TextField()  # a short hash of each of its words

    objects = GoneQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:8]

    @classmethod
    def note(cls, path: str) -> None:
        """Let a path answer 410."""
        hashed = hasher()
        words = " ".join(_short(hashed(f"word {one}")) for one in words_of(as_asked(path)))
        row = GoneAddress(digest=hashed(f"address {as_asked(path)}"), words=words)
        GoneAddress.objects.bulk_create([row], ignore_conflicts=True)


def _short(digest: str) -> str:
    return digest[:16]
