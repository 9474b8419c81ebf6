"""Which tables had rows deleted whose bytes the database's files may still hold."""

from collections.abc import Callable, Iterable

from django.db import models
from django.db.models import F

from .rows import StandingRow


class TableWithLeftovers(StandingRow):
    """A table, how often something was deleted from it for good, and how many of these deletions were swept."""

    table = models.CharField(max_length=63, unique=True)
    deletions = models.BigIntegerField(default=0)
    swept = models.BigIntegerField(default=0)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return self.table

    @classmethod
    def note(cls, *tables: type[models.Model]) -> None:
        """Note that something is deleted from these tables; call it in the transaction of the deletion."""
        names = [model._meta.db_table for model in tables]
        cls._default_manager.bulk_create([cls(table=name) for name in names], ignore_conflicts=True)
        cls._default_manager.filter(table__in=names).update(deletions=F("deletions") + 1)

    @classmethod
    def is_due(cls) -> bool:
        """Return whether the files may still hold what was deleted."""
        return cls._default_manager.exclude(deletions=F("swept")).exists()

    @classmethod
    def sweep(
        cls, among: Iterable[type[models.Model]], rewrite: Callable[[list[type[models.Model]]], bool]
    ) -> bool:
        """Rewrite the tables of these models that have leftovers; return whether nothing is left in their files."""
        due = list(cls._default_manager.exclude(deletions=F("swept")))
        tables = {model._meta.db_table: model for model in among}
        gone = [tables[one.table] for one in due if one.table in tables]
        if gone and not rewrite(gone):
            return False
        for one in due:
            # The count from before the sweep: what was deleted meanwhile needs another one.
            cls._default_manager.filter(pk=one.pk).update(swept=one.deletions)
        return True
