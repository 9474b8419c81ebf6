"""Puts what is not public into its rows, renders its page, and undoes it.

Only the rows are written: search index, former addresses and the ledger of erasures have no part in the page of a piece.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpResponse
from django.utils.translation import gettext as _

from newsroom.backups import ledger
from newsroom.versions import registry
from newsroom.versions.models import Version
from newsroom.versions.rolledback import rolled_back
from newsroom.versions.workingcopies import working

from .pages import Draft, NotShown, page_at

type Placed = tuple[Model, tuple[str, ...]]  # a row that is stored as if it were public, and what it lacks


def page_of_form(form: ModelForm, formsets: Iterable[BaseInlineFormSet], draft: Draft) -> HttpResponse:
    """Return the page of what a valid form and its rows hold."""
    row = form.save(commit=False)
    lacks = _made_public(row)

    def place() -> Placed:
        write(row)
        form.save_m2m()
        for formset in formsets:
            formset.save()
        return row, lacks

    return _page_of(place, draft)


def page_of_row(row: Model, draft: Draft) -> HttpResponse:
    """Return the page of what is stored of a row."""
    lacks = _made_public(row)

    def place() -> Placed:
        write(row)
        return row, lacks

    return _page_of(place, draft)


def page_of_version(stored: Model, version: Version, draft: Draft) -> HttpResponse:
    """Return the page of a version of a stored row: of changes as they would be published, of others as they were."""
    if version.kind == Version.Kind.SAVED:
        return _page_of_former(stored, version, draft)

    def place() -> Placed:
        row = working.apply(version)
        lacks = _made_public(row)
        write(row)
        return row, lacks

    return _page_of(place, draft)


def _page_of_former(stored: Model, version: Version, draft: Draft) -> HttpResponse:
    """Return the page of what was stored once, at the row's present address."""
    entry = registry.entry_of(type(stored))
    row: Any = version.as_row()  # of whichever model
    for name in entry.stays:
        setattr(row, name, getattr(stored, name))
    row._state.adding = False
    # Managers would take them for what is stored.
    related = vars(row).pop("_prefetched_objects_cache")
    below = {name: list(related.pop(name)) for name in entry.rows}
    keys = {name: [one.pk for one in rows] for name, rows in related.items()}
    lacks = _made_public(row)

    def place() -> Placed:
        write(row)
        for name, wanted in keys.items():
            getattr(row, name).set(wanted)
        for name, rows in below.items():
            manager = getattr(row, name)
            manager.all()._raw_delete(manager.db)
            manager.bulk_create(rows)
        return row, lacks

    return _page_of(place, draft)


def _page_of(place: Callable[[], Placed], draft: Draft) -> HttpResponse:
    """Return the page of what `place` stores. What can be done before is: on SQLite it is the only one that writes.

    Raises NotShown where there would be no page.
    """
    try:
        with ledger.silence(), rolled_back():
            row, lacks = place()
            shown = replace(draft, lacks=lacks) if draft.is_for_staff else draft
            return page_at(registry.entry_of(type(row)).shown_at(row), shown)
    except IntegrityError:
        told = _("Something is still missing, or stands in another piece already, such as its address.")
        raise NotShown(told) from None


def _made_public(row: Model) -> tuple[str, ...]:
    """Make a row in memory what publishing makes of it, and return what it lacks; raises NotShown."""
    entry = registry.entry_of(type(row))
    try:
        return tuple(entry.as_public(row)) if entry.as_public else ()
    except ValidationError as error:
        raise NotShown(*error.messages) from None


def write(row: Model) -> None:
    """Write the columns of a row that are loaded and have a part in its page; nothing that its save() does besides."""
    if row._state.adding:
        row.save_base(force_insert=True)
        return
    left_out = {*row.get_deferred_fields(), *registry.entry_of(type(row)).left_out}
    names = [
        field.name
        for field in row._meta.concrete_fields
        if not field.primary_key and field.attname not in left_out
    ]
    row.save_base(update_fields=names)
