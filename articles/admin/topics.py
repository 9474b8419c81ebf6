"""The admin of topics, campaign boxes and former addresses."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models.address import FormerAddress
from articles.models.callout import Callout
from articles.models.topic import Topic
from newsroom.editing.modeladmin import StaffAdmin

from .base import EditorPageAdmin


@admin.register(Topic)
class TopicAdmin(EditorPageAdmin):
    """Topics."""

    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "intro_html"]


@admin.register(Callout)
class CalloutAdmin(StaffAdmin):
    """Campaign boxes."""

    list_display = ["title", "placement", "starts_at", "ends_at", "order"]
    list_filter = ["placement"]
    search_fields = ["title", "text"]
    fieldsets = [
        (None, {"fields": ["title", "text", "link", "label"]}),
        (_("Where and when"), {"fields": ["placement", "order", "starts_at", "ends_at"]}),
    ]


@admin.register(FormerAddress)
class FormerAddressAdmin(StaffAdmin):
    """Former addresses, which are recorded by themselves; editors can only delete one that redirects wrongly."""

    list_display = ["path", "current_path", "created_at"]
    search_fields = ["path", "current_path"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: FormerAddress | None = None) -> bool:
        return False
