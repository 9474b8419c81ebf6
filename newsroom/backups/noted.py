"""Rows whose deletion is noted in the ledger, so that no backup brings them back."""

from collections.abc import Iterable
from typing import Any, cast

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


class NotesDeletion:
    """For querysets with another base: their deletion together is noted in the ledger of erasures."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows, and note it in the same transaction."""
        rows = cast(
            "models.QuerySet[Any]", self
        )  # a mixin: mypy would not combine the managers of two querysets
        with transaction.atomic(using=rows.db):
            note_deletion(rows.model, rows.values_list(identifier_of(rows.model), flat=True))
            deleted: tuple[int, dict[str, int]] = super().delete()  # type: ignore[misc]  # of the other base
            return deleted

    delete.alters_data = True  # type: ignore[attr-defined]  # Django's marks on functions
    delete.queryset_only = True  # type: ignore[attr-defined]  # Django's mark for templates


class NotedQuerySet[M: models.Model](NotesDeletion, models.QuerySet[M]):
    """Rows whose deletion together is noted in the ledger of erasures."""


class Noted(StandingRow):
    """A row whose deletion is noted in the ledger of erasures."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and note it in the same transaction."""
        with transaction.atomic():
            note_deletion(type(self), [getattr(self, identifier_of(type(self)))])
            return super().delete(*args, **kwargs)
