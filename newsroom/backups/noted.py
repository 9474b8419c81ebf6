"""Rows whose deletion is noted in the ledger, so that no backup brings them back."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from newsroom.storage.rows import StandingRow

from . import ledger

PREFIX = "deleted "


def kind_of(model: type[models.Model]) -> str:
    """Return the kind under which deletions of this model are noted."""
    return f"{PREFIX}{model._meta.label_lower}"


def identifier_of(model: type[models.Model]) -> str:
    """Return the name of the field that tells its rows apart, in the backup as well."""
    return "uuid" if any(field.name == "uuid" for field in model._meta.fields) else "pk"


def note_deletion(model: type[models.Model], identifiers: Iterable[object]) -> None:
    """Note that rows are deleted, in the caller's transaction; call it before they are."""
    ledger.note_all(kind_of(model), [str(one) for one in identifiers])


class NotedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows whose deletion together is noted in the ledger of erasures."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows, and note it in the same transaction."""
        with transaction.atomic(using=self.db):
            note_deletion(self.model, self.values_list(identifier_of(self.model), flat=True))
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]  # Django's marks on functions
    delete.queryset_only = True  # type: ignore[attr-defined]  # Django's mark for templates


class Noted(StandingRow):
    """A row whose deletion is noted in the ledger of erasures."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and note it in the same transaction."""
        with transaction.atomic():
            note_deletion(type(self), [getattr(self, identifier_of(type(self)))])
            return super().delete(*args, **kwargs)
