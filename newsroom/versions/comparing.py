"""Two versions compared as a reader sees them: texts by word, relations by name, rows below by their fields."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from newsroom.editing.rowchoices import rows_seen_by
from newsroom.editing.worddiff import ComparedLine, Line, as_sets, compared
from newsroom.pictures.models import Image
from newsroom.richtext.fields import RichTextField
from newsroom.richtext.pictures import pictures_in

from . import registry, snapshots
from .content import Content, Row, Values
from .readable import lines_of


@dataclass(frozen=True)
class Change:
    """A field, a relation or a kind of rows that differs, in lines."""

    label: str
    lines: list[ComparedLine]

    @property
    def is_of_looks_alone(self) -> bool:
        """Return whether the words are the same, and something else of the text is not."""
        return all(line.is_same for line in self.lines)


def names_of_changed(model: type[Model], old: Content, new: Content) -> list[str]:
    """Return the labels of what differs between two snapshots, in the order of the model."""
    return [label for label, _name, _part in _differing(model, old, new)]


def changes(request: HttpRequest, model: type[Model], old: Content, new: Content) -> list[Change]:
    """Return what differs between two snapshots, for somebody who may see both."""
    reader = _Reader(request, model, (old, new))
    found = []
    for label, name, part in _differing(model, old, new):
        found.append(Change(label, reader.compared(part, name, old, new)))
    return found


def whole(request: HttpRequest, model: type[Model], content: Content) -> list[Change]:
    """Return all of a snapshot, without what is empty."""
    found = []
    reader = _Reader(request, model, (content,))
    for label, name, part in _parts(model):
        lines = reader.lines(part, name, content)
        if lines:
            found.append(Change(label, compared(lines, lines)))
    return found


def _parts(model: type[Model]) -> Iterator[tuple[str, str, str]]:
    """Yield label, name and part of everything in a snapshot that has a name for people."""
    for field in model._meta.concrete_fields:
        if has_a_label(field):
            yield _label(field), field.name, "fields"
    for relation in model._meta.many_to_many:
        yield capfirst(str(relation.verbose_name)), relation.name, "relations"
    for name in registry.entry_of(model).rows:
        yield capfirst(str(_below(model, name)._meta.verbose_name_plural)), name, "rows"


def _label(field: Field) -> str:
    """Return by what word the form knows a field."""
    return _("Address") if field.name in ("slug", "path") else capfirst(str(field.verbose_name))


def _below(model: type[Model], name: str) -> Any:  # the model of its rows, of whichever kind
    return model._meta.get_field(name).related_model


def has_a_label(field: Field) -> bool:
    """Return whether somebody gave the field a name to be shown; what is only for the program has none."""
    return isinstance(field.verbose_name, Promise)


def _differing(model: type[Model], old: Content, new: Content) -> Iterator[tuple[str, str, str]]:
    for label, name, part in _parts(model):
        if old[part].get(name) != new[part].get(name):  # type: ignore[literal-required]  # one of its keys
            yield label, name, part


class _Reader:
    """Makes lines of the values of snapshots; names what they refer to in one query a model."""

    def __init__(self, request: HttpRequest, model: type[Model], contents: Iterable[Content]) -> None:
        self.request, self.model = request, model
        self.contents = list(contents)
        self.names: dict[str, dict[str, str]] = {}
        self._pictures: dict[str, Image] | None = None

    @property
    def pictures(self) -> dict[str, Image]:
        """Return the pictures that the texts name and that may be shown, by UUID."""
        if self._pictures is None:
            fields = [f.name for f in self.model._meta.concrete_fields if isinstance(f, RichTextField)]
            texts = [content["fields"].get(name) or "" for content in self.contents for name in fields]
            self._pictures = pictures_in(*texts)
        return self._pictures

    def compared(self, part: str, name: str, old: Content, new: Content) -> list[ComparedLine]:
        """Return a field, a relation or the rows of two snapshots beside each other: rows by their keys."""
        if part != "rows":
            lines = [self.lines(part, name, content) for content in (old, new)]
            return as_sets(*lines) if part == "relations" else compared(*lines)
        olds, news = ({row["key"]: row for row in content["rows"].get(name, [])} for content in (old, new))
        found: list[ComparedLine] = []
        for key in [*olds, *(key for key in news if key not in olds)]:
            if olds.get(key) != news.get(key):
                pair = [self._row(name, rows[key]) if key in rows else [] for rows in (olds, news)]
                found += compared(*pair)
        return found

    def lines(self, part: str, name: str, content: Content) -> list[Line]:
        """Return a field, a relation or the rows of a snapshot as lines."""
        if part == "fields":
            field = self.model._meta.get_field(name)
            return self._field(field, content["fields"].get(name))  # type: ignore[arg-type]  # a column
        if part == "relations":
            named = self._named(name, [str(key) for key in content["relations"].get(name, [])])
            return [Line("li", text) for text in sorted(named)]
        return [line for row in content["rows"].get(name, []) for line in self._row(name, row)]

    def _row(self, name: str, row: Row) -> list[Line]:
        model = _below(self.model, name)
        lines = [
            Line("p", f"{capfirst(str(field.verbose_name))}: {text}")
            for field in model._meta.concrete_fields
            if has_a_label(field) and (text := " ".join(_text(field, row["fields"])))
        ]
        return [*lines, Line("hr", "———")]

    def _field(self, field: Field, text: str | None) -> list[Line]:
        if isinstance(field, RichTextField):
            return lines_of(text or "", self.pictures)
        if field.is_relation:
            return [Line("p", name) for name in self._named(field.name, [text] if text else [])]
        return [Line("p", line) for line in _text(field, {field.name: text})]

    def _named(self, relation: str, keys: list[str]) -> list[str]:
        """Return the names of what a relation refers to; what is gone, or not for this person, has none."""
        if relation not in self.names:
            model: Any = self.model._meta.get_field(relation).related_model  # of whichever kind
            seen = rows_seen_by(self.request, model, admin.site)
            rows = model._default_manager.all() if seen is None else seen
            wanted = {key for content in self.contents for key in _keys(content, relation)}
            self.names[relation] = {str(row.pk): str(row) for row in rows.filter(pk__in=wanted)}
        return [self.names[relation].get(key, _("(not there any more)")) for key in keys]


def _keys(content: Content, relation: str) -> list[str]:
    one = content["fields"].get(relation)
    return [str(key) for key in content["relations"].get(relation, [])] + ([one] if one else [])


def _text(field: Field, values: Values) -> list[str]:
    """Return a value that is no text with mark-up and no relation in the words of a page, a line each."""
    value = snapshots.value_of(field, values.get(field.name))
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    if isinstance(value, datetime):
        return [date_format(timezone.localtime(value), "DATETIME_FORMAT")]
    choices = dict(getattr(field, "flatchoices", ()))
    return str(choices.get(value, getattr(value, "display", value))).splitlines()
