"""Addresses that public things had once, and where they are now."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormerAddress(models.Model):
    """A path that redirects to another, so that links and bookmarks outlive a changed slug."""

    path = models.CharField(_("former path"), max_length=300, unique=True)
    current_path = models.CharField(_("current path"), max_length=300, db_index=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self):
        return self.path

    @classmethod
    def record(cls, former, current):
        """Redirect the former path, and all that led to it, to the current one; no chains, no circles."""
        if former == current:
            return
        cls.objects.filter(path=current).delete()
        cls.objects.filter(current_path=former).update(current_path=current)
        cls.objects.update_or_create(path=former, defaults={"current_path": current})
