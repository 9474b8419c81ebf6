"""The base of models that search finds."""

from collections.abc import Collection
from typing import Any

from django.db import models, transaction

from newsroom.backups.noted import Noted, NotesDeletion
from newsroom.storage.dated import Dated

from . import registry
from .index import indexer
from .registry import RelatedColumns


class SearchableQuerySet[M: models.Model](NotesDeletion, models.QuerySet[M]):
    """Rows that leave the index when they are deleted together."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows and their entries in one transaction."""
        with transaction.atomic(using=self.db):
            keys = list(self.values_list("pk", flat=True))
            deleted = super().delete()
            refresh(self.model, keys)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]  # Django's marks on functions
    delete.queryset_only = True  # type: ignore[attr-defined]  # Django's mark for templates


class Searchable(Noted, Dated):
    """A row that stands in the index from the moment it is saved, in the same transaction.

    Relations are saved after the row: call reindex() after changing them, as the admin does.
    """

    watched: RelatedColumns  # the indexer sets it on a row before it asks for the entry

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row and its entry in one transaction."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.reindex()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row and its entry in one transaction."""
        key = self.pk
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            refresh(type(self), [key])
        return deleted

    def reindex(self) -> None:
        """Bring the entry in the index up to date with the row and its relations."""
        refresh(type(self), [self.pk])


def refresh(model: type[models.Model], keys: Collection[int]) -> None:
    """Bring the entries of these rows up to date, if their model is one that search finds."""
    kind = registry.kind_of(model)
    if kind:
        indexer.refresh(kind, keys)
