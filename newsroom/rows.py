"""Rows that stay deleted: what was read before a deletion can't be written as a new row afterwards."""

from typing import Any

from django.db import models


class StandingRow(models.Model):
    """A row that is only ever updated once it was stored; saving it after its deletion raises NotUpdated.

    Django would insert it again, with all that was to be gone.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new row, or update one that still exists."""
        is_told = kwargs.get("force_insert") or kwargs.get("update_fields") is not None
        if not self._state.adding and not is_told:
            kwargs["force_update"] = True
        super().save(*args, **kwargs)
