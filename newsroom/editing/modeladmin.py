"""The base of every form of the admin."""

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from newsroom.editing.lostupdates import GuardsUpdates
from newsroom.editing.rowchoices import ForgivingAutocomplete
from newsroom.editing.sentonce import SentOnce
from newsroom.editing.values import with_plain_lines

ASIDE = "aside"  # the class of a group of fields that stands beside the text, not in its column
# New rows that one form can add in an inline; Django would make and show 2,000 where a request says so.
MOST_NEW_ROWS = 50
LONGEST_SEARCH = 200  # characters of what a list, or the box of a choice, is asked for
# Django's scripts that nothing uses: the server makes slugs, and the actions of a list are none of a form.
UNUSED = ("/urlify.js", "/prepopulate.js", "/xregexp.js", "/xregexp.min.js")
UNUSED_ON_A_FORM = ("/actions.js",)


def without(media: Any, names: tuple[str, ...]) -> Any:  # Media, whose lists the stubs leave out
    """Return the media without the scripts whose addresses end so."""
    media._js_lists = [
        [one for one in scripts if not getattr(one, "_path", one).endswith(names)]
        for scripts in media._js_lists
    ]
    return media


class LinesTextarea(AdminTextareaWidget):
    """A box whose lines end as all stored ones do: browsers send another end, which would look like a change."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # Any: as Django has it
        value = super().value_from_datadict(data, files, name)
        return with_plain_lines(value) if isinstance(value, str) else value


class StaffForms(SentOnce, GuardsUpdates, ForgivingAutocomplete):
    """Forms that overwrite nobody silently, act once on a double click, and offer only what the person may see."""

    # Whether newsroom/unsaved/ keeps what is typed and not saved.
    keeps_unsaved = True

    @property
    def media(self) -> Any:  # as above
        """Return what lists and forms load, without what nothing uses."""
        return without(super().media, UNUSED)

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> "forms.Field | None":
        """Return the form field; its box leaves lines as they are stored."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and type(field.widget) in {forms.Textarea, AdminTextareaWidget}:
            field.widget = LinesTextarea(field.widget.attrs)
        return field

    def said_of(
        self, request: HttpRequest, obj: Model | None, fields: list[tuple[str, str]]
    ) -> dict[str, object]:
        """Return what is told of what is being typed, each time that it is kept, such as what checks found in it."""
        return {}

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Model | None = None) -> Iterator[Any]:
        """Yield the inlines of a form, in a sent one limited to the stored rows and MOST_NEW_ROWS more."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if request.method == "POST":
                rows = inline.get_queryset(request).filter(**{formset.fk.name: obj.pk}).count() if obj else 0
                formset.absolute_max = rows + MOST_NEW_ROWS
            yield formset, inline

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:  # Any: as Django has it
        """Return the inlines as the form shows them, each button for a new row with the words of its inline."""
        shown = super().get_inline_formsets(*args, **kwargs)
        for rows in shown:
            if words := getattr(rows.opts, "add_label", ""):
                data = json.loads(rows.inline_formset_data())
                data["options"]["addText"] = str(words)
                rows.inline_formset_data = json.dumps(data)
        return shown

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:  # Any: of whichever model
        """Return what has the words that are looked for; of very many the first, since SQLite refuses the rest."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the list after what it shows: 'Select … to view' is wrong where rows can't be opened."""
        named = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, named | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Leave the errors to our summary, which Django's lines would repeat, and what forms don't use unloaded."""
        context["media"] = without(context["media"], UNUSED_ON_A_FORM)
        context["refused"] = bool(context.pop("errors", None))
        return super().render_change_form(request, context, *args, **kwargs)


class StaffAdmin(StaffForms, admin.ModelAdmin):
    """A ModelAdmin of ours."""


class LookOnlyAdmin(StaffAdmin):
    """An admin of rows that only the software writes."""

    keeps_unsaved = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
