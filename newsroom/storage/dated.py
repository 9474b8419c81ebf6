"""updated_at: the last change of a row, for readers, search engines, and backups that are put back."""

from typing import Any

from newsroom.storage.rows import StandingRow


class Dated(StandingRow):
    """A model whose field updated_at (auto_now) is saved even where a save names its fields."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with updated_at."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        super().save(*args, **kwargs)
