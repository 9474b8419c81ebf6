"""Lists of the admin that say when each piece was changed last, and by whom."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from .models import Version

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.views.main import ChangeList
    from django.utils.safestring import SafeString
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

FULL_NAME = Trim(Concat(F("created_by__first_name"), Value(" "), F("created_by__last_name")))
NAME = Coalesce(NullIf(FULL_NAME, Value("")), F("created_by__username"))


class ListsLastChanges(ModelAdmin):
    """A ModelAdmin whose list can show `last_change`, in the query that finds the rows: of the row or of its draft."""

    def get_changelist_instance(self, request: HttpRequest) -> "ChangeList":
        """Fetch the rows with what their latest versions say."""
        changelist = super().get_changelist_instance(request)
        latest = Version.objects.filter(model=self.opts.label_lower, object_id=OuterRef("pk")).order_by("-pk")
        changelist.result_list = changelist.result_list.annotate(
            version_at=Subquery(latest.values("created_at")[:1]),
            version_by=Subquery(latest.annotate(name=NAME).values("name")[:1]),
        )
        return changelist

    @admin.display(description=gettext_lazy("last change"), ordering="updated_at")
    def last_change(self, obj: Any) -> "SafeString":  # Any: a row with what is added above
        when = date_format(localtime(obj.version_at or obj.updated_at), "SHORT_DATETIME_FORMAT")
        return format_html("{} <br>{}", when, obj.version_by) if obj.version_by else format_html("{}", when)
