"""Addresses that public things had once, and where they are now."""

import unicodedata
from typing import Any
from urllib.parse import unquote

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow


def as_asked(path: str) -> str:
    """Return a path as a request has it: its letters themselves, composed, not percent-encoded."""
    return unicodedata.normalize("NFC", unquote(path))


class FormerAddress(StandingRow):
    """A path that redirects to another, so that links and bookmarks outlive a changed slug."""

    path = models.CharField(_("former path"), max_length=300, unique=True)
    current_path = models.CharField(_("current path"), max_length=300, db_index=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.path

    @classmethod
    def record(cls, former: str, current: str) -> None:
        """Redirect the former path, and all that led to it, to the current one; no chains, no circles."""
        former, current = as_asked(former), as_asked(current)
        if former == current:
            return
        cls.objects.filter(path=current).delete()
        cls.objects.filter(current_path=former).update(current_path=current)
        cls.objects.update_or_create(path=former, defaults={"current_path": current})

    @classmethod
    def present(cls, path: str) -> str | None:
        """Return where this path leads now, or None where it never was one."""
        return cls.objects.filter(path=as_asked(path)).values_list("current_path", flat=True).first()


class Addressed(StandingRow):
    """A model with an address of its own, from whose former public addresses visitors are led to the present one."""

    ADDRESS = "slug"  # the field that its address is made of

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let a former public address lead to the new one."""
        fields = kwargs.get("update_fields")
        former = None
        if self.pk and self.has_been_public and (fields is None or self.ADDRESS in fields):
            former = type(self)._base_manager.filter(pk=self.pk).only("pk", self.ADDRESS).first()
        super().save(*args, **kwargs)
        if former is not None:
            FormerAddress.record(former.get_absolute_url(), self.get_absolute_url())

    @property
    def has_been_public(self) -> bool:
        """Return whether visitors may know its address."""
        return True
