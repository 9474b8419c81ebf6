"""Corrections in the form of their article, once visitors have read it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Correction


class RowsOfToday(forms.BaseInlineFormSet):
    """Rows that a form leaves as they are where it was opened before they could be changed there."""

    # Any: as Django has it
    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        total = f"{kwargs.get('prefix') or self.get_default_prefix()}-TOTAL_FORMS"
        if data is not None and total not in data:
            data = data.copy()
            data.update({total: "0", total.replace("TOTAL", "INITIAL"): "0"})
        super().__init__(data, *args, **kwargs)


class CorrectionInline(admin.StackedInline):
    """The notes on an article, with who wrote them."""

    model = Correction
    formset = RowsOfToday
    fields = [("kind", "day"), "text", "written_by"]
    readonly_fields = ["written_by"]
    add_label = _("Add a correction")
    extra = 0

    @admin.display(description=_("written by"))
    def written_by(self, correction: Correction) -> str:
        return correction.created_by.get_username() if correction.created_by else ""


def sign(formset: Any, request: HttpRequest) -> None:  # Any: of whichever inline
    """Let new notes say who has written them."""
    if formset.model is Correction:
        for form in formset.extra_forms:
            form.instance.created_by = request.user
