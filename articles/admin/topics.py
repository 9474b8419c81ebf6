"""The admin of topics and campaign boxes."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.models.callout import Callout
from articles.models.topic import Topic
from newsroom.editing.modeladmin import StaffAdmin
from newsroom.versions.admin import HasVersions

from .base import EditorPageAdmin


@admin.register(Topic)
class TopicAdmin(HasVersions, EditorPageAdmin):
    """Topics."""

    list_display = ["name", "slug"]
    search_fields = ["name"]
    fills_slug = ("slug", "name")
    fields = ["name", "slug", "intro_html"]


@admin.register(Callout)
class CalloutAdmin(HasVersions, StaffAdmin):
    """Campaign boxes."""

    list_display = ["title", "placement", "starts_at", "ends_at", "order"]
    list_filter = ["placement"]
    search_fields = ["title", "text"]
    fieldsets = [
        (None, {"fields": ["title", "text", "link", "label"]}),
        (_("Where and when"), {"fields": ["placement", "order", "starts_at", "ends_at"]}),
    ]
