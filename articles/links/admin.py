"""The admin of links to other sites: which are dead, which pages hold them, and where a copy is archived."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.links import rounds
from articles.links.models import IS_DEAD, Link, LinkCheck
from newsroom.editing.modeladmin import StaffAdmin

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class LinkStateFilter(admin.SimpleListFilter):
    """Links that are dead, that fail but are not dead yet, or that are never checked."""

    title = _("state")
    parameter_name = "check"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Link]"
    ) -> "list[tuple[str, StrPromise]]":
        """Return the values of the filter in the URL, each with its label."""
        return [("dead", _("dead")), ("failing", _("failing")), ("alone", _("never checked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Link]) -> QuerySet[Link]:
        """Return the links of the chosen state."""
        if self.value() == "dead":
            return queryset.filter(IS_DEAD)
        if self.value() == "failing":
            return queryset.filter(failing_since__isnull=False, died_at__isnull=True, is_left_alone=False)
        return queryset.filter(is_left_alone=True) if self.value() == "alone" else queryset


class CheckInline(admin.TabularInline):
    """The results of the checks of a link, the newest first, read-only."""

    model = LinkCheck
    template = "admin/articles/rows.html"
    fields = ["checked_at", "outcome", "status", "final_url"]
    readonly_fields = ["checked_at", "outcome", "status", "final_url"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: only checks add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: a result stays as it was found."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether the person may see links."""
        return request.user.has_perm("articles.view_link")


@admin.register(Link)
class LinkAdmin(StaffAdmin):
    """Editors read the results of checks, exempt a link from them, and enter where a copy is archived."""

    list_display = ["address", "result", "checked_at", "died_at", "archive_url", "is_left_alone"]
    list_filter = [LinkStateFilter]
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
        """Return False: rounds.gather() adds the links that public pages hold."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: rounds.gather() deletes the links that no page holds any more."""
        return False

    @admin.display(description=_("address"), ordering="url")
    def address(self, obj: Link) -> str:
        """Return the shortened URL for the list."""
        return str(obj)

    @admin.display(description=_("address"))
    def opened(self, obj: Link) -> SafeString:
        """Return a link to the URL."""
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', obj.url, obj.url)

    @admin.display(description=_("last result"), ordering="outcome")
    def result(self, obj: Link) -> "StrPromise | str":
        """Return the result of the last check, or a dash before the first."""
        return LinkCheck.Outcome(obj.outcome).label if obj.outcome in LinkCheck.Outcome else "–"

    @admin.display(description=_("stands in"))
    def places(self, obj: Link) -> "SafeString | StrPromise":
        """Return a list of the admin pages of everything that holds the link."""
        found = [(place.url, place.title) for place in rounds.places_of(obj.url)]
        listed = format_html_join("", '<li><a href="{}">{}</a></li>', found)
        return format_html("<ul>{}</ul>", listed) if found else _("nothing any more")
