"""The time of the last change, noted by every way to write a row: feeds tell by it whether they say something new."""

from typing import Any

from django.db import models
from django.utils import timezone

from newsroom.storage.rows import StandingRow


class DatedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows whose time of change moves when they are changed together."""

    def update(self, **values: Any) -> int:
        """Update the rows, and note that they changed."""
        return super().update(**{"updated_at": timezone.now()} | values)

    update.alters_data = True


class Dated(StandingRow):
    """A model with updated_at, a time that moves by itself also where a save names its fields."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and note the time."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        super().save(*args, **kwargs)
