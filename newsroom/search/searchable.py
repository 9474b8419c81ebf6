"""The base of models that search finds."""

from typing import Any

from django.db import models, transaction
from django.http import HttpRequest

from newsroom.storage.dated import Dated, DatedQuerySet

from . import registry
from .index import indexer


class SearchableQuerySet[M: models.Model](DatedQuerySet[M]):
    """Rows that leave the index when they are deleted together."""

    def delete(self):
        """Delete the rows and their entries in one transaction."""
        with transaction.atomic(using=self.db):
            keys = list(self.values_list("pk", flat=True))
            deleted = super().delete()
            refresh(self.model, keys)
        return deleted

    delete.alters_data = True
    delete.queryset_only = True


class Searchable(Dated):
    """A row that stands in the index from the moment it is saved, in the same transaction.

    Relations are saved after the row: who changes them calls reindex() afterwards, as the admin does.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.reindex()

    def delete(self, *args: Any, **kwargs: Any):
        key = self.pk
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            refresh(type(self), [key])
        return deleted

    def reindex(self) -> None:
        """Bring the entry in the index up to date with the row and its relations."""
        refresh(type(self), [self.pk])


class SearchableAdmin:
    """A ModelAdmin that writes the index after the relations of a form, in the same transaction."""

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.reindex()


def refresh(model, keys) -> None:
    """Bring the entries of these rows up to date, where search knows their model."""
    kind = registry.kind_of(model)
    if kind:
        indexer.refresh(kind, keys)
