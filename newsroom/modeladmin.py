"""What every form of the admin can do: the base of all of them."""

from django.contrib import admin

from newsroom.adminforms import ForgivingAutocomplete
from newsroom.lostupdates import GuardsUpdates
from newsroom.sentonce import SentOnce


class StaffForms(SentOnce, GuardsUpdates, ForgivingAutocomplete):
    """Overwrites nobody in silence, acts once on a double press, offers only what the person may see."""


class StaffAdmin(StaffForms, admin.ModelAdmin):
    """A ModelAdmin of ours."""
