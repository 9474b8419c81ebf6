"""The admin of redirects: former addresses record themselves as slugs change, and editors add their own."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles import moved
from articles.models.address import FormerAddress
from newsroom.editing.modeladmin import StaffAdmin


class RedirectForm(forms.ModelForm):
    """A former path, and the page that it leads to."""

    class Meta:
        model = FormerAddress
        fields = ["path", "current_path"]
        labels = {"path": _("former path"), "current_path": _("leads to")}
        help_texts = {
            "path": _("An address of this site where nothing stands any more, such as /old-page/."),
            "current_path": _("The page that its visitors see instead, such as /news/new-page/."),
        }

    def clean_path(self) -> str:
        """Return the former path as requests are compared."""
        return moved.former(self.cleaned_data["path"])

    def clean_current_path(self) -> str:
        """Return the path of the page in the end, past redirects between."""
        return moved.target(self.cleaned_data["current_path"])

    def clean(self) -> None:
        """Refuse a redirect that leads back to itself, or past another one to where nothing stands any more."""
        super().clean()
        path, current = self.cleaned_data.get("path"), self.cleaned_data.get("current_path")
        if path and path == current:
            raise ValidationError(
                {"current_path": _("That would lead in a circle: this address redirects to it.")}
            )
        if current and not moved.stands_at(current):
            raise ValidationError({"current_path": _("There is no page at this address now.")})


@admin.register(FormerAddress)
class FormerAddressAdmin(StaffAdmin):
    """Former addresses; the list says where each leads."""

    form = RedirectForm
    list_display = ["path", "current_path", "created_at"]
    search_fields = ["path", "current_path"]
    fields = ["path", "current_path"]

    def save_model(self, request: HttpRequest, obj: FormerAddress, form: Any, change: bool) -> None:
        """Store the redirect, and lead straight on what led to its former path."""
        super().save_model(request, obj, form, change)
        moved.settle(obj)
