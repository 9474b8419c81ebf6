"""Paths of public rows; where one changed, the former one redirects to the current one."""

import unicodedata
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from django.db import models
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow


def as_asked(path: str) -> str:
    """Return a path as requests are compared: percent-decoded, in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", unquote(path))


def address_of(view: str, key: str) -> str:
    """Return what reverse() returns for a view with one argument, in a twentieth of its time: a page shows dozens."""
    if not key:
        return reverse(view, args=[key])  # which refuses it
    before, after = _around(view, get_urlconf(), get_script_prefix())
    return f"{before}{quote(key, safe=f'{RFC3986_SUBDELIMS}/~:@')}{after}"


@cache
def _around(view: str, urlconf: str | None, prefix: str) -> tuple[str, str]:
    """Return what stands before and after the argument in the paths of a view."""
    before, _key, after = reverse(view, args=["key"]).rpartition("key")
    return before, after


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
        """Redirect the former path, and every path that redirected to it, straight to the current one."""
        former, current = as_asked(former), as_asked(current)
        if former == current:
            return
        cls.objects.filter(path=current).delete()
        cls.objects.filter(current_path=former).update(current_path=current)
        cls.objects.update_or_create(path=former, defaults={"current_path": current})

    @classmethod
    def current(cls, path: str) -> str | None:
        """Return the path that this former path redirects to, or None where there is no redirect."""
        return cls.objects.filter(path=as_asked(path)).values_list("current_path", flat=True).first()


class Addressed(StandingRow):
    """A model with a public page: when its path changes, the former path redirects to the new one."""

    ADDRESS = "slug"  # the field that the path is made of

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; where a public path changed, redirect the former one to it."""
        fields = kwargs.get("update_fields")
        former = None
        if self.pk and (fields is None or self.ADDRESS in fields):
            stored = type(self)._base_manager.filter(pk=self.pk).only("pk", self.ADDRESS).first()
            is_changed = stored and getattr(stored, self.ADDRESS) != getattr(self, self.ADDRESS)
            former = stored if stored and is_changed and stored.has_been_public else None
        super().save(*args, **kwargs)
        if former is not None:
            FormerAddress.record(former.get_absolute_url(), self.get_absolute_url())

    @property
    def has_been_public(self) -> bool:
        """Return whether visitors may know its path."""
        return True

    def get_absolute_url(self) -> str:
        """Return the path of its page; every model defines its own."""
        raise NotImplementedError
