"""A piece with everything that its deletion takes along, as text, and back to stored rows."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypedDict, cast

from django.apps import apps
from django.db import router
from django.db.models import Field, Model
from django.db.models.deletion import Collector

from .. import registry, schema, snapshots


class StoredRow(TypedDict):
    """A row of whichever model, with the schema that it was stored under."""

    model: str
    schema: str
    key: str
    fields: dict[str, Any]  # values as JSON holds them


class Unlinked(TypedDict):
    """Rows that stay, and whose reference to the piece its deletion empties."""

    model: str
    field: str
    keys: list[Any]  # of whichever model


class Snapshot(TypedDict):
    """What is deleted with a piece, itself first."""

    rows: list[StoredRow]
    unlinked: list[Unlinked]


def take(piece: Model) -> Snapshot:
    """Return what deleting a piece takes along; raises ProtectedError or RestrictedError where it can't be deleted."""
    collector = Collector(using=router.db_for_write(type(piece)), origin=piece)
    collector.collect([piece])
    rows = [row for found in collector.data.values() for row in found]
    rows += [row for queryset in collector.fast_deletes for row in queryset]
    rows.sort(key=lambda row: (row != piece, row._meta.label_lower, row.pk))
    return {"rows": [_stored(row) for row in rows], "unlinked": list(_unlinked(piece, collector))}


def _unlinked(piece: Model, collector: Collector) -> Iterator[Unlinked]:
    updates: dict[Any, Any] = collector.field_updates  # querysets, of which the stubs know nothing
    for (field, value), found in updates.items():
        keys = [row.pk for rows in found for row in rows]
        if value is None and keys and field.related_model is type(piece):
            yield {"model": field.model._meta.label_lower, "field": field.name, "keys": keys}


def write(snapshot: Snapshot) -> str:
    """Return a snapshot as it is stored: words stay readable in it, so that they can be searched."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def read(written: str) -> Snapshot:
    """Return a stored snapshot."""
    return cast("Snapshot", json.loads(written))


def identified(snapshot: Snapshot) -> Iterator[tuple[type[Model], Any]]:
    """Yield model and row, not stored, of everything in a snapshot whose model there is today."""
    for one in snapshot["rows"]:
        row = row_of(one)
        if row is not None:
            yield type(row), row


def _stored(row: Model) -> StoredRow:
    fields = {field.name: _as_json(row, field) for field in _columns(type(row))}
    stamp = schema.stamp_of(row._meta.app_label)
    return {"model": row._meta.label_lower, "schema": stamp, "key": str(row.pk), "fields": fields}


def _columns(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _as_json(row: Model, field: Field) -> Any:
    return None if field.value_from_object(row) is None else field.value_to_string(row)


def model_named(label: str) -> type[Model] | None:
    """Return the model with a label such as 'articles.article', None where it is gone."""
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def name_of(label: str) -> str:
    """Return what people call the rows of a model."""
    model = model_named(label)
    return str(model._meta.verbose_name) if model else label


def model_of(stored: StoredRow) -> type[Model] | None:
    """Return the model of a row, None where it is gone."""
    return model_named(stored["model"])


def row_of(stored: StoredRow) -> Model | None:
    """Return a row as it was, in today's schema and not stored; None where its model is gone."""
    model = model_of(stored)
    if model is None:
        return None
    row = model(pk=model._meta.pk.to_python(stored["key"]))
    for name, value in _of_today(model, stored).items():
        field = snapshots.field_of(model, name)
        if field is not None:
            setattr(row, field.attname, None if value is None else field.to_python(value))
    return row


def _of_today(model: type[Model], stored: StoredRow) -> dict[str, Any]:
    if model not in registry.registered():
        return stored["fields"]
    content: Any = {"fields": stored["fields"], "relations": {}, "rows": {}}
    return dict(schema.upgraded(registry.entry_of(model), content, stored["schema"])["fields"])


def store(row: Model) -> bool:
    """Insert a row as it was, unless what it needs is gone; return whether it is there."""
    columns: list[Any] = list(row._meta.concrete_fields)  # which of them are references only Django knows
    for field in columns:
        target = field.related_model
        key = getattr(row, field.attname)
        if target is None or key is None:
            continue
        if not target._base_manager.filter(**{field.target_field.name: key}).exists():
            if not field.null:
                return False
            setattr(row, field.attname, None)
    if not type(row)._base_manager.filter(pk=row.pk).exists():
        row.save_base(raw=True, force_insert=True)  # as it was: no clock is set, and nothing is noted
    return True


def link_again(piece: Model, unlinked: Iterable[Unlinked]) -> None:
    """Let rows refer to a piece again, where they refer to nothing else since."""
    for one in unlinked:
        model = model_named(one["model"])
        if model is not None:
            rows = model._base_manager.filter(pk__in=one["keys"])
            rows.filter(**{f"{one['field']}__isnull": True}).update(**{one["field"]: piece.pk})
