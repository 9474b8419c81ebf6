"""Which tables had addresses deleted whose bytes the database's files may still hold."""

from django.db import models, transaction

from newsroom.storage.leftovers import TableWithLeftovers
from newsroom.storage.rows import StandingRow


class Leftover(TableWithLeftovers):
    """A table from which addresses were deleted."""

    class Meta(TableWithLeftovers.Meta):
        abstract = False
        verbose_name = "leftover"


def _losing(model: type[models.Model]) -> list[type[models.Model]]:
    """Return the models whose addresses are deleted with a row of this model: itself, and those by cascade."""
    with_it = [one.related_model for one in model._meta.related_objects if one.on_delete is models.CASCADE]
    return [model, *(one for one in with_it if isinstance(one, type) and issubclass(one, PersonalModel))]


class PersonalQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that hold a mail address: what is deleted has to leave the database's files too."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows; the worker sweeps the files."""
        with transaction.atomic():
            deleted = super().delete()
            if deleted[0]:
                Leftover.note(*_losing(self.model))
        return deleted


class PersonalModel(StandingRow):
    """A row that holds a mail address."""

    class Meta:
        abstract = True

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the row; the worker sweeps the files."""
        with transaction.atomic():
            Leftover.note(*_losing(type(self)))
            return super().delete(using, keep_parents)
