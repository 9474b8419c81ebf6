"""Lists of the admin that show which pieces have changes that wait."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.versions.models import Version

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.views.main import ChangeList
    from django.utils.safestring import SafeString
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it


class WaitingFilter(admin.SimpleListFilter):
    """Pieces with changes that wait."""

    title = gettext_lazy("changes waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("yes", _("changes waiting")), ("timed", _("with a time of publication"))]

    # Any: of whichever model.
    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.value() not in {"yes", "timed"}:
            return queryset
        copies = Version.objects.waiting().filter(model=queryset.model._meta.label_lower)
        if self.value() == "timed":
            copies = copies.filter(publish_at__isnull=False)
        return queryset.filter(pk__in=copies.values("object_id"))


class ListsWaiting(ModelAdmin):
    """A ModelAdmin whose list says of each piece whether changes wait, in the query that finds the rows."""

    state_label: Any  # of an admin whose rows have a state: what its column shows

    def get_list_display(self, request: HttpRequest) -> list[Any]:  # Any: as Django has it
        """Say of each piece beside its state whether changes wait, or in a column where a list shows no state."""
        shown = super().get_list_display(request)
        if "state_label" not in shown:
            return [*shown, "changes_waiting"]
        return ["state_and_changes" if name == "state_label" else name for name in shown]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), WaitingFilter]

    def get_changelist_instance(self, request: HttpRequest) -> "ChangeList":
        """Fetch the rows with what is known of their working copies."""
        changelist = super().get_changelist_instance(request)
        copies = Version.objects.waiting().filter(model=self.opts.label_lower, object_id=OuterRef("pk"))
        changelist.result_list = changelist.result_list.annotate(
            waits_since=Subquery(copies.values("created_at")[:1]),
            waits_until=Subquery(copies.values("publish_at")[:1]),
        )
        return changelist

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_and_changes(self, obj: Any) -> "SafeString":  # Any: a row with what is added above
        return format_html("{} {}", self.state_label(obj), self.changes_waiting(obj))

    @admin.display(description=gettext_lazy("changes"))
    def changes_waiting(self, obj: Any) -> "SafeString | str":  # Any: a row with what is added above
        if not obj.waits_since:
            return "" if getattr(obj, "is_public", True) else self._way_to_preview(obj)
        said = _("changes waiting")
        if obj.waits_until:
            when = date_format(localtime(obj.waits_until), "SHORT_DATETIME_FORMAT")
            said = _("changes public on %(when)s") % {"when": when}
        return format_html('<span class="state state-waiting">{}</span> {}', said, self._way_to_preview(obj))

    def _way_to_preview(self, obj: Any) -> "SafeString":
        """Return a link to what visitors would see, for what they don't see yet."""
        view = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_preview"
        told = '<a href="{}">{}<span class="visually-hidden"> {}</span></a>'
        return format_html(told, reverse(view, args=[obj.pk]), _("Preview"), obj)
