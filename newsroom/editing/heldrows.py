"""Forms of the admin that save neither outdated values nor a row that was deleted meanwhile."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ObjectNotUpdated
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from newsroom.guard.secretfields import is_secret

View = Callable[..., HttpResponse]


class HoldsItsRow(ModelAdmin):
    """Reads the row that a form saves under a lock: the save writes all its fields."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Return the row; where a form was sent, it is held until that is saved."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return found
        if self.model._base_manager.select_for_update().filter(pk=found.pk).first() is None:
            return found  # the settings, before anybody has saved them; what was deleted is not saved again
        return super().get_object(request, object_id, from_field)


def says_what_is_gone(view: View) -> View:
    """Return the view of a form, with a page that helps where its row was deleted before it could be saved."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ObjectNotUpdated:
            context = {"title": _("It was deleted meanwhile"), "typed": _typed(request)}
            return render(request, "admin/gone.html", admin.site.each_context(request) | context, status=410)

    return inner


def _typed(request: HttpRequest) -> list[str]:
    """Return the longer texts of a form but secrets, to be copied before they are lost."""
    texts = [
        str(value)
        for name, value in request.POST.items()
        if name != "csrfmiddlewaretoken" and not is_secret(name)
    ]
    return [text for text in texts if len(text) > 60]
