"""updated_at, set by every way to write a row: feeds compare it to tell whether they have changed."""

from typing import Any

from django.db import models
from django.utils import timezone

from newsroom.storage.rows import StandingRow


class DatedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows whose time of change moves when they are changed together."""

    def update(self, **values: Any) -> int:
        """Update the rows and their updated_at; return how many."""
        return super().update(**{"updated_at": timezone.now()} | values)

    update.alters_data = True  # type: ignore[attr-defined]  # templates must not call it


class Dated(StandingRow):
    """A model whose field updated_at (auto_now) is saved even where a save names its fields."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with updated_at."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        super().save(*args, **kwargs)
