"""What a form compares of a row: its fields as texts, and short hashes of them that a page carries."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import timezone

Values = dict[str, dict[str, str]]  # '' for the row itself, 'prefix-pk' for rows of inlines


def hash_of(text: str) -> str:
    """Return a text in the short form that a page carries."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hashed(values: Values) -> dict[str, dict[str, str]]:
    """Return the values in the short form that a page carries."""
    return {row: {name: hash_of(value) for name, value in fields.items()} for row, fields in values.items()}


def value_of(row: Model, name: str) -> str | None:
    """Return a field of a row as text; None where the model has no such field."""
    try:
        found = row._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if found.many_to_many:
        return ",".join(map(str, sorted(_keys_of(row, name)))) if row.pk else ""
    if not isinstance(found, Field):
        return None
    value = found.value_from_object(row)
    if isinstance(value, datetime):  # boxes show the site's time, without fractions of a second
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else with_plain_lines(found.value_to_string(row))


def _keys_of(row: Model, name: str) -> Iterable[Any]:
    """Return the primary keys of the rows that a row is related to; those that were read before serve."""
    read = getattr(row, "_prefetched_objects_cache", {}).get(name)
    return getattr(row, name).values_list("pk", flat=True) if read is None else (one.pk for one in read)


def with_plain_lines(text: str) -> str:
    """Return a text with the ends of lines that the database holds; browsers send others."""
    return text.replace("\r\n", "\n")


def values_of(row: Model, names: list[str]) -> dict[str, str]:
    """Return the fields of a row as texts, by name."""
    return {name: value for name in names if (value := value_of(row, name)) is not None}
