"""Unsaved texts go with their piece, with the account of who typed them, and after a time."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, Q
from django.utils import timezone

from newsroom.outbox import clock

from .models import UnsavedText

EVERY = 3600  # seconds


def run() -> None:
    """Delete what nobody took up again for as long as the setting says; nothing after a jump of the clock."""
    if not clock.may_purge():
        return
    oldest = timezone.now() - timedelta(days=settings.UNSAVED_DAYS)
    clock.log_purge("unsaved texts", UnsavedText.objects.filter(saved_at__lt=oldest).delete()[0])


# Any: Django hands over more than is asked for here.
def forget(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Delete what was typed about a row that is deleted, by whichever code."""
    if _is_kept_of(sender):
        label = sender._meta.label_lower
        forms = Q(model=label) | Q(model__startswith=f"{label}/")
        UnsavedText.objects.filter(forms, object_key=str(instance.pk)).delete()


def _is_kept_of(model: type[Model]) -> bool:
    """Return whether there is a form whose unsaved texts are kept."""
    from django.contrib import admin

    found = admin.site._registry.get(model)
    return bool(found and getattr(found, "keeps_unsaved", False))
