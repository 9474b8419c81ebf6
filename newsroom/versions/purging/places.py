"""Where words can stand: the columns with texts of every model that keeps what editors wrote."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Field, JSONField, Model, QuerySet, TextField

from newsroom.offers import offered

from ..models import Remark, Trashed, Version
from .wanted import Wanted, texts_of

AT_ONCE = 50  # rows that are read together: some hold a book


class Held(NamedTuple):
    """A row that holds it, and how it stands there, by field."""

    row: Any  # of whichever model
    found: dict[str, set[str]]


def past() -> list[type[Model]]:
    """Return the models whose rows are deleted where they hold it: what was, what was remarked, what is typed."""
    return [Version, Trashed, Remark, *offered("purged")]


def live() -> list[type[Model]]:
    """Return the models whose rows are what the site shows now, or will."""
    models = dict.fromkeys([model for model, _fields in offered("public_content")] + list(offered("trashed")))
    apart = {*past(), *redirects()}
    return [model for model in models if model not in apart and text_fields(model)]


def redirects() -> list[type[Model]]:
    """Return the models whose rows lead from a former address to a present one."""
    return list(offered("redirects"))


def sent() -> dict[type[Model], QuerySet]:
    """Return what nobody can edit any more, since it was sent: what holds it there is covered."""
    return {rows.model: rows for rows in offered("sent_for_good")}


def every_table() -> list[type[Model]]:
    """Return all of these models, and the log of the admin."""
    models: list[type[Model]] = [*past(), *live(), *redirects(), LogEntry]
    return list(dict.fromkeys(models))


def text_fields(model: type[Model]) -> list[Field]:
    """Return the columns of a model that hold words."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField) and not field.choices
    ]


def holding(wanted: Wanted, rows: "QuerySet[Any]") -> Iterator[Held]:
    """Yield the rows that hold it."""
    names = [field.attname for field in text_fields(rows.model)]
    for values in rows.order_by("pk").values("pk", *names).iterator(AT_ONCE):
        found: dict[str, set[str]] = {}
        for name in names:
            for text in texts_of(values[name]):
                if phrases := wanted.found_in(text):
                    found.setdefault(name, set()).update(phrases)
        if found:
            yield Held(rows.model._base_manager.get(pk=values["pk"]), found)


def all_of(model: type[Model]) -> "QuerySet[Any]":
    """Return all rows of a model, as they are stored."""
    return model._base_manager.all()
