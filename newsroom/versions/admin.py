"""The admin of everything that has versions, and of the trash."""

from collections.abc import Sequence
from typing import Any

from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse

from newsroom.guard.staffpages import signed_in
from newsroom.versions.workingcopies.draftforms import DRAFTS
from newsroom.versions.workingcopies.draftpages import DraftPages
from newsroom.versions.workingcopies.waitinglists import ListsWaiting

from . import recording
from .preview.admin import Previews
from .purging.admin import PurgeAdmin
from .restoring import COMMENT, comment_in
from .sharing.admin import Shares
from .trash.admin import TrashedAdmin

__all__ = ["HasVersions", "PurgeAdmin", "TrashedAdmin"]


class HasVersions(DraftPages, Previews, Shares, ListsWaiting):
    """A ModelAdmin whose saves write versions; stands before other base classes, so that it comes after their saves."""

    # Any, here and below: a row of whichever model has versions.
    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Save, after a look whether what was stored is in the history."""
        drafts = getattr(request, DRAFTS, None)
        if change and not (drafts and drafts.copy):  # else it was done before the copy was put into the row
            recording.catch_up(obj)
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Sequence[BaseModelFormSet], change: bool
    ) -> None:
        """Save the relations, then the version that holds all of it, unless the changes are to wait."""
        super().save_related(request, form, formsets, change)
        row = form.instance
        if self.note_saved(request, row):
            comment = comment_in(request)
            recording.record(row, signed_in(request), comment, self.based_on(request, row))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give the page a box for the reason of the change, with what stands in it already."""
        obj = context.get("original")
        if obj is None or self.has_change_permission(request, obj):
            context["comment_name"], context["comment"] = COMMENT, request.POST.get(COMMENT, "")
        return super().render_change_form(request, context, *args, **kwargs)
