"""The admin page of the site settings."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from newsroom.alerts import telling
from newsroom.editing.modeladmin import StaffAdmin
from newsroom.guard.staffpages import signed_in
from newsroom.versions.admin import HasVersions

from .models import SiteSettings

# What people in danger rely on: every editor hears of its changes.
TOLD = {"exit_url", "exit_urls", "hide_titles", "emergency_text"}


@admin.register(SiteSettings)
class SiteSettingsAdmin(HasVersions, StaffAdmin):
    """The admin of a single row; the list redirects to it."""

    autocomplete_fields = ["logo"]
    fieldsets = [
        (_("The site"), {"fields": ["name", "tagline", "logo", "logo_alt"]}),
        (_("For readers in danger"), {"fields": ["exit_url", "exit_urls", "hide_titles", "emergency_text"]}),
        (
            _("The organisation"),
            {"fields": ["organisation", "first_year", "reserves_rights", "footer_text", "republishing_text"]},
        ),
        (_("Contact"), {"fields": ["contact_email", "postal_address"]}),
        (_("Newsletter"), {"fields": ["newsletter_rhythm", "newsletter_reason"]}),
    ]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> SiteSettings | None:
        """Return the row, with defaults where nobody has saved it yet; where a form was sent, it is stored and held."""
        if object_id != "1":
            return None
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            # A row that is not there can't be held: two people might be the first to save at once.
            SiteSettings.objects.bulk_create([SiteSettings(pk=1)], ignore_conflicts=True)
        found = super().get_object(request, object_id, from_field)
        return found if isinstance(found, SiteSettings) else SiteSettings.load()

    def save_model(self, request: HttpRequest, obj: SiteSettings, form: ModelForm, change: bool) -> None:
        stored = SiteSettings.load()
        super().save_model(request, obj, form, change)
        fields = [field for field in obj._meta.concrete_fields if field.name in TOLD]
        telling.tell_editors(
            signed_in(request),
            telling.changes([
                (field.verbose_name, field.value_from_object(stored), field.value_from_object(obj))
                for field in fields
            ]),
        )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("admin:sitesettings_sitesettings_change", "1")
