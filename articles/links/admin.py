"""The desk for links to other sites: which are dead, where they stand, and where a copy is kept."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from articles.links import rounds
from articles.links.models import Link, LinkCheck
from newsroom.editing.modeladmin import StaffAdmin


class StateFilter(admin.SimpleListFilter):
    """Dead, failing, left alone, or all."""

    title = _("state")
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin):
        return [("dead", _("dead")), ("failing", _("failing")), ("alone", _("never checked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]):
        if self.value() == "dead":
            return queryset.dead()
        if self.value() == "failing":
            return queryset.filter(failing_since__isnull=False, died_at__isnull=True, is_left_alone=False)
        return queryset.filter(is_left_alone=True) if self.value() == "alone" else queryset


class CheckInline(admin.TabularInline):
    """What the checks found, the last one first."""

    model = LinkCheck
    fields = readonly_fields = ["checked_at", "outcome", "status", "final_url"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return request.user.has_perm("articles.view_link")


@admin.register(Link)
class LinkAdmin(StaffAdmin):
    """Editors read what was found, and say what is left alone and where a copy is."""

    list_display = ["address", "result", "checked_at", "died_at", "archive_url", "is_left_alone"]
    list_filter = [StateFilter]
    search_fields = ["url"]
    list_per_page = 50
    fields = [
        "opened",
        "result",
        "checked_at",
        "failing_since",
        "died_at",
        "places",
        "archive_url",
        "is_left_alone",
    ]
    readonly_fields = ["opened", "result", "checked_at", "failing_since", "died_at", "places"]
    inlines = [CheckInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @admin.display(description=_("address"), ordering="url")
    def address(self, obj):
        return str(obj)

    @admin.display(description=_("address"))
    def opened(self, obj):
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', obj.url, obj.url)

    @admin.display(description=_("last result"), ordering="outcome")
    def result(self, obj):
        return LinkCheck.Outcome(obj.outcome).label if obj.outcome in LinkCheck.Outcome else "–"

    @admin.display(description=_("stands in"))
    def places(self, obj):
        found = [(place.url, place.title) for place in rounds.places_of(obj.url)]
        listed = format_html_join("", '<li><a href="{}">{}</a></li>', found)
        return format_html("<ul>{}</ul>", listed) if found else _("nothing any more")
