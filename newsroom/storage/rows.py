"""Rows that stay deleted, and changes that write only the fields they name.

Django's save() writes all fields as they were read, and inserts the row again where it has been deleted meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.db import models, transaction


class StandingRow(models.Model):
    """A row that save() never inserts a second time; saving it after its deletion raises NotUpdated."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert a new row, or update one that still exists; else raises NotUpdated."""
        is_explicit = kwargs.get("force_insert") or kwargs.get("update_fields") is not None
        if not self._state.adding and not is_explicit:
            kwargs["force_update"] = True
        super().save(*args, **kwargs)

    @contextmanager
    def changing(self, *names: str) -> Iterator[Self]:
        """Lock and reload the row, yield it, and save the named fields afterwards.

        Raises DoesNotExist where it has been deleted.
        """
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update())
            yield self
            self.save(update_fields=names)
