"""Where the unsaved texts of one person about one piece lie: one row, locked while it changes."""

from collections.abc import Callable, Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import texts
from .texts import Text


class Place:
    """The row with the texts of one person about one piece, and those that change it.

    Any model does that has `content` and `saved_at`; `key` are the values that make the row the only one.
    """

    # Any: rows and values of whichever model.
    def __init__(self, rows: "QuerySet[Any]", **key: Any) -> None:
        self.rows, self.key = rows, key

    def read(self) -> list[Text]:
        """Return the texts, the oldest first."""
        row = self.rows.filter(**self.key).first()
        return texts.read(row.content) if row else []

    def keep(self, new: Text, taken: Collection[str] = ()) -> None:
        """Store a text in the place of those that its page goes on from."""
        try:
            self._change(lambda found: texts.put(found, new, taken))
        except IntegrityError:  # another tab was first to make the row
            self._change(lambda found: texts.put(found, new, taken))

    def drop(self, pages: Collection[str]) -> None:
        """Delete the texts of these pages, and the row with the last one."""
        if pages and self.rows.filter(**self.key).exists():
            self._change(lambda found: texts.without(found, pages))

    def _change(self, change: Callable[[list[Text]], list[Text]]) -> None:
        with transaction.atomic():
            row = self.rows.select_for_update().filter(**self.key).first()
            left = change(texts.read(row.content) if row else [])
            if not left:
                if row:
                    row.delete()
                return
            values = {"content": texts.write(left), "saved_at": timezone.now()}
            if row is None:
                self.rows.create(**self.key, **values)
            else:
                row.content, row.saved_at = values["content"], values["saved_at"]
                row.save(update_fields=list(values))
