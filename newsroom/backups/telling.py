"""Texts that visitors read outside of pieces: the ledger notes that they were changed, and a restore tells it.

No text stands in the ledger, so it can't be changed again: people look.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

from newsroom.storage.rows import StandingRow

from . import ledger

if TYPE_CHECKING:
    from .erasures.lines import Entry

CHANGED = "text changed"
MOST_NAMED = 30


class TellsChanges(StandingRow):
    """A row that visitors read: a restore tells that it was changed after the backup."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and note in the same transaction where that changes what visitors read."""
        with transaction.atomic():
            if not self._state.adding and self._is_changed(kwargs.get("update_fields")):
                ledger.note(CHANGED, str(self.pk), model=self._meta.label_lower)
            super().save(*args, **kwargs)

    def _is_changed(self, update_fields: Collection[str] | None) -> bool:
        fields = [field for field in self._meta.concrete_fields if field.editable and not field.primary_key]
        names = [field.attname for field in fields if update_fields is None or field.name in update_fields]
        stored = type(self)._base_manager.filter(pk=self.pk).values(*names).first() if names else None
        return stored is not None and any(stored[name] != getattr(self, name) for name in names)


def tell(entries: "Sequence[Entry]") -> str:
    """Return in a sentence which rows are as before a change again."""
    from .erasures.redoing import rows_of

    rows: list[models.Model] = []
    for model in apps.get_models():
        if issubclass(model, TellsChanges):
            label = model._meta.label_lower
            keys = rows_of(model, "pk", {one.subject for one in entries if one.details["model"] == label})
            rows += model._default_manager.filter(pk__in=keys)
    if not rows:
        return ""
    named = [f"{row._meta.verbose_name} “{row}”" for row in rows]
    words = ", ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
    told = _(
        "Changed after the backup was made, and as before again: %(rows)s. "
        "Look whether a name or a number was taken out."
    )
    return told % {"rows": words}
