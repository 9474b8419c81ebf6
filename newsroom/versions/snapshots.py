"""Snapshots: a row with its relations and the rows below it as plain values, and back to a row that is not saved."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateField, Field, Model, QuerySet

from newsroom.editing.values import with_plain_lines

from . import registry
from .content import Content, Row, Values


def take(row: Model, also: Collection[str] = ()) -> Content:
    """Return a snapshot of a row as it is in memory, with what is stored of its relations and of the rows below it.

    `also` names fields that are otherwise left out.
    """
    entry = registry.entry_of(type(row))
    left_out = set(entry.left_out) - set(also)
    stored = row.pk is not None
    many = row._meta.many_to_many if stored else []
    return {
        "fields": _values(row, left_out),
        "relations": {relation.name: keys_of(row, relation.name) for relation in many},
        "rows": {name: _rows(row, name) for name in entry.rows} if stored else {},
    }


def keys_of(row: Model, relation: str) -> list[int]:
    """Return the keys of the rows that a relation names, in order."""
    return sorted(getattr(row, relation).order_by().values_list("pk", flat=True))


def _rows(row: Model, name: str) -> list[Row]:
    manager = getattr(row, name)
    return [
        {"key": below.pk, "fields": _values(below, {manager.field.name})} for below in manager.order_by("pk")
    ]


def _values(row: Model, left_out: Collection[str]) -> Values:
    return {
        field.name: _text(row, field)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in left_out and not _is_clock(field)
    }


def _is_clock(field: Field) -> bool:
    """Return whether each save sets it: the time of the last change is that of the version."""
    return isinstance(field, DateField) and field.auto_now


def _text(row: Model, field: Field) -> str | None:
    value = field.value_from_object(row)
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0).isoformat()  # forms know no fractions
    return with_plain_lines(str(field.value_to_string(row)))


def unsaved(model: type[Model], key: int | None, content: Content) -> Model:
    """Return a row with the values of a snapshot, which is not stored; its relations are those of the snapshot, too.

    What has been deleted since is left out of its relations.
    """
    entry = registry.entry_of(model)
    row = _filled(model, content["fields"])
    row.pk = key
    known: dict[str, QuerySet[Any]] = {}  # of whichever models
    for relation in model._meta.many_to_many:
        keys = content["relations"].get(relation.name, [])
        known[relation.name] = relation.related_model._default_manager.filter(pk__in=keys)
    for name in entry.rows:
        known[name] = _below(row, name, content["rows"].get(name, []))
    vars(row)["_prefetched_objects_cache"] = known  # where the managers of its relations look first
    return row


def _below(row: Model, name: str, rows: list[Row]) -> "QuerySet[Any]":
    field = getattr(row, name).field  # of the rows below, which leads to the row
    model = field.model
    found = []
    for one in rows:
        below = _filled(model, one["fields"])
        below.pk = one["key"]
        setattr(below, field.name, row)
        found.append(below)
    queryset = model._default_manager.none()
    queryset._result_cache = found
    return queryset


def _filled(model: type[Model], values: Values) -> Model:
    row = model()
    for name, text in values.items():
        field = field_of(model, name)
        if field is not None:
            setattr(row, field.attname, value_of(field, text))
    return row


def field_of(model: type[Model], name: str) -> Field | None:
    """Return a column of a model by its name; None where there is none today."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and field.concrete and not field.many_to_many else None


def value_of(field: Field, text: str | None) -> Any:  # of whichever field
    """Return a value as a row holds it; a key whose row has been deleted, or what is no value today, is the default."""
    if text is None:
        return None
    try:
        value = field.to_python(text)
    except ValidationError:
        return field.get_default()
    related = field.related_model
    if related is not None and not related._base_manager.filter(pk=value).exists():
        return field.get_default()
    return value
