"""A filter of the admin's lists by who began a row, and the column that says so."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it


class MineFilter(admin.SimpleListFilter):
    """The rows that the person who looks has begun; of models with created_by."""

    title = gettext_lazy("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("mine", _("mine"))]

    # Any: of whichever model.
    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(created_by=request.user) if self.value() == "mine" else queryset


class NamesAuthors(ModelAdmin):
    """A ModelAdmin whose list can show `author`: who began the row."""

    @admin.display(description=gettext_lazy("author"), ordering="created_by")
    def author(self, obj: Any) -> str:  # Any: a row with created_by
        by = obj.created_by
        return (by.get_full_name() or by.get_username()) if by else ""
