"""The tables that visitors see, as apps offer them in `public_content` of their config."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Field, JSONField, Model, TextField

from newsroom.offers import offered

# A model whose rows visitors see, and the names of the fields that they see: none named means all.
type Seen = tuple[type[Model], tuple[str, ...]]

HIDDEN = "STATES_NOBODY_SEES"  # attribute of a model: values of its field "state"


class Table(NamedTuple):
    """A table that visitors see, and the columns whose change they would see."""

    name: str
    columns: tuple[str, ...]
    hidden: tuple[str, ...] = ()  # values of its column "state" in which visitors see nothing of a row

    def is_seen(self, row: str) -> str:
        """Return the condition of SQL on which visitors see something of a row: of OLD or of NEW."""
        states = ", ".join(f"'{state}'" for state in self.hidden)
        return f"{row}.state NOT IN ({states})" if states else "TRUE"


def tables() -> list[Table]:
    """Return every table that visitors see, by name; relations to many have tables of their own."""
    found: dict[str, dict[str, None]] = {}
    hidden: dict[str, tuple[str, ...]] = {}
    for seen in offered("public_content"):
        hidden[seen[0]._meta.db_table] = getattr(seen[0], HIDDEN, ())
        for table, columns in _tables_of(seen):
            found.setdefault(table, {}).update(dict.fromkeys(columns))
    return [Table(name, tuple(columns), hidden.get(name, ())) for name, columns in sorted(found.items())]


def _tables_of(seen: Seen) -> Iterator[tuple[str, list[str]]]:
    model, fields = seen
    meta = model._meta
    yield (
        meta.db_table,
        _columns(
            field
            for field in meta.local_concrete_fields
            if not fields or field.primary_key or field.name in fields
        ),
    )
    for relation in meta.local_many_to_many:
        through = relation.remote_field.through
        if through and through._meta.auto_created and (not fields or relation.name in fields):
            yield through._meta.db_table, _columns(through._meta.local_concrete_fields)


def _columns(fields: "Iterable[Field]") -> list[str]:
    """Return the names of columns; long texts last, since the comparison ends with the first that differs."""
    ordered = sorted(fields, key=lambda one: isinstance(one, TextField | JSONField))
    return [field.column for field in ordered if field.column]
