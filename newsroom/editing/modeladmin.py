"""The base of every form of the admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from newsroom.editing.lostupdates import GuardsUpdates
from newsroom.editing.rowchoices import ForgivingAutocomplete
from newsroom.editing.sentonce import SentOnce

# New rows that one form can add in an inline; Django would make and show 2,000 where a request says so.
MOST_NEW_ROWS = 50


class StaffForms(SentOnce, GuardsUpdates, ForgivingAutocomplete):
    """Forms that overwrite nobody silently, act once on a double click, and offer only what the person may see."""

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Model | None = None) -> Iterator[Any]:
        """Yield the inlines of a form, in a sent one limited to the stored rows and MOST_NEW_ROWS more."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if request.method == "POST":
                rows = inline.get_queryset(request).filter(**{formset.fk.name: obj.pk}).count() if obj else 0
                formset.absolute_max = rows + MOST_NEW_ROWS
            yield formset, inline

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the list after what it shows: 'Select … to view' is wrong where rows can't be opened."""
        named = {} if IS_POPUP_VAR in request.GET else {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, named | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Leave the errors to our summary, which Django's own lines above the form would repeat."""
        context["refused"] = bool(context.pop("errors", None))
        return super().render_change_form(request, context, *args, **kwargs)


class StaffAdmin(StaffForms, admin.ModelAdmin):
    """A ModelAdmin of ours."""
