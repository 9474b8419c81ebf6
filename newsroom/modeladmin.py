"""What every form of the admin can do: the base of all of them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from newsroom.adminforms import ForgivingAutocomplete
from newsroom.lostupdates import GuardsUpdates
from newsroom.sentonce import SentOnce


class StaffForms(SentOnce, GuardsUpdates, ForgivingAutocomplete):
    """Overwrites nobody in silence, acts once on a double press, offers only what the person may see."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Leave the errors to our summary: Django's own lines above the form would say them again."""
        context["refused"] = bool(context.pop("errors", None))
        return super().render_change_form(request, context, *args, **kwargs)


class StaffAdmin(StaffForms, admin.ModelAdmin):
    """A ModelAdmin of ours."""
