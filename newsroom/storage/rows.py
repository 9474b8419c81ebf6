"""Rows that stay deleted, and changes that write nothing but what they mean to.

Django's save() of a row that was read earlier writes all its fields as they were then, and inserts the row again,
with all that was to be gone, where it was deleted meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.db import models, transaction


class StandingRow(models.Model):
    """A row that is only ever updated once it was stored; saving it after its deletion raises NotUpdated."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new row, or update one that still exists."""
        is_told = kwargs.get("force_insert") or kwargs.get("update_fields") is not None
        if not self._state.adding and not is_told:
            kwargs["force_update"] = True
        super().save(*args, **kwargs)

    @contextmanager
    def changing(self, *names: str) -> Iterator[Self]:
        """Lock the row, take its values as they are now, yield it, and write these fields afterwards.

        Raises DoesNotExist where it was deleted meanwhile.
        """
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update())
            yield self
            self.save(update_fields=names)
