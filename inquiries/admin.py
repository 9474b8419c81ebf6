"""The desk in the admin. Its pages stand in inquiries.desk; nothing of it goes to 'recent actions'."""

from typing import Any, NoReturn

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from inquiries import readiness
from inquiries.desk import admitting, inquirypage, languages, unsaved, views
from inquiries.desk.access import DeskView, is_officer_here, officers_only
from inquiries.models import CannedAnswer, DeskSettings, Event, Inquiry
from newsroom.editing.modeladmin import StaffAdmin
from newsroom.guard.staffpages import signed_in


class OfficersAdmin(StaffAdmin):
    """Open to officers only; being a superuser is not enough."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_officer_here(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_officer_here(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_officer_here(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_officer_here(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_officer_here(request)

    # Django calls these two for their effect alone; nothing uses the log entries that its own versions return.
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """Write nothing into the log that other staff see."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]  # as log_addition
        """Write nothing into the log that other staff see."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[LogEntry]:
        """Write nothing into the log that other staff see."""
        return []

    def get_urls(self) -> list[URLPattern]:
        """Leave out Django's redirect from an object to its form, which answers without a check of who asks."""
        return [pattern for pattern in super().get_urls() if pattern.name]

    @method_decorator(officers_only)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, extra_context)

    @method_decorator(officers_only)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().changeform_view(request, object_id, form_url, extra_context)

    @method_decorator(officers_only)
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().delete_view(request, object_id, extra_context)

    @method_decorator(officers_only)
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> NoReturn:
        raise Http404


@admin.register(Inquiry)
class InquiryAdmin(OfficersAdmin):
    """The desk itself: none of Django's own forms and lists shows an inquiry."""

    keeps_unsaved = False  # inquiries/desk/unsaved.py keeps it, sealed

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the pages of the desk."""

        def page(address: str, view: DeskView, name: str) -> URLPattern:
            view = self.admin_site.admin_view(officers_only(view))
            return path(address, view, name=f"inquiries_inquiry_{name}")

        return [
            page("", views.inbox_page, "changelist"),
            page("search/", views.search_page, "search"),
            page("figures/", views.figures_page, "figures"),
            page("export/", views.export_page, "export"),
            page("log/", views.log_page, "log"),
            page("languages/", languages.languages_page, "languages"),
            page("officers/", admitting.officers_page, "officers"),
            page("<uuid:pk>/", inquirypage.inquiry_page, "change"),
            page("<uuid:pk>/unsaved/discard/", unsaved.discard_page, "discard"),
            path("<uuid:pk>/unsaved/", unsaved.keep_page, name="inquiries_inquiry_unsaved"),
        ]


@admin.register(CannedAnswer)
class CannedAnswerAdmin(OfficersAdmin):
    """Texts for questions that come again and again."""

    list_display = ["title"]


@admin.register(DeskSettings)
class DeskSettingsAdmin(OfficersAdmin):
    """One row; the address of its list redirects to it."""

    fieldsets = [
        (_("What we promise"), {"fields": ["confidence_limits", "answer_days", "away_notice", "away_until"]}),
        (
            _("How long we keep it"),
            {
                "fields": [
                    "keep_closed_days",
                    "silent_days",
                    "keep_spam_days",
                    "keep_at_most_days",
                    "backup_days",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> DeskSettings | None:
        """Return the one row, with defaults where nobody has saved it yet."""
        return DeskSettings.load() if object_id == "1" else None

    def save_model(self, request: HttpRequest, obj: DeskSettings, form: ModelForm, change: bool) -> None:
        """Save, and warn where the form still takes no messages."""
        super().save_model(request, obj, form, change)
        Event.log(Event.Action.SETTINGS, signed_in(request))
        for lack in readiness.lacks():
            messages.warning(request, lack.text)

    @method_decorator(officers_only)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:inquiries_desksettings_change", "1")
