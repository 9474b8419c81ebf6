"""The admin of countries, with what their pages state."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.base import EditorPageAdmin
from articles.places.models.country import Country
from articles.places.models.dossier import Fact, Law
from articles.places.models.hotline import Hotline
from newsroom.alerts import telling
from newsroom.versions.admin import HasVersions

from .hotlines import check_label, removals

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class HotlineInline(admin.TabularInline):
    """The hotlines of a country, read-only: each is changed and verified on its own page."""

    model = Hotline
    template = "admin/articles/rows.html"
    fields = ["kind", "numbers", "verification"]
    readonly_fields = ["kind", "numbers", "verification"]
    ordering = ["kind", "order", "pk"]
    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Country | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Country | None = None) -> bool:
        return False

    @admin.display(description=_("numbers and address"))
    def numbers(self, hotline: Hotline) -> str:
        return hotline.numbers

    @admin.display(description=_("verification"))
    def verification(self, hotline: Hotline) -> SafeString:
        return check_label(hotline)


class FactInline(admin.StackedInline):
    """Key facts, each with its source."""

    model = Fact
    fields = [("label", "value"), ("source", "source_url"), ("as_of", "order")]
    classes = ["collapse"]
    add_label = _("Add a fact")
    extra = 0


class LawInline(admin.StackedInline):
    """Treaties and national laws."""

    model = Law
    fields = [("title", "kind"), ("step", "date"), "url"]
    add_label = _("Add a law or treaty")
    classes = ["collapse"]
    extra = 0


class OldFactsFilter(admin.SimpleListFilter):
    """Countries whose facts somebody has to look at."""

    title = _("key facts")
    parameter_name = "facts"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Country]"
    ) -> "list[tuple[str, StrPromise]]":
        return [("old", _("older than two years"))]

    # Any: as the list has annotated it
    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return (
            queryset.filter(pk__in=Country.objects.with_old_facts().values("pk"))
            if self.value()
            else queryset
        )


@admin.register(Country)
class CountryAdmin(HasVersions, EditorPageAdmin):
    """Countries, with what their pages state."""

    inlines = [HotlineInline, FactInline, LawInline]

    list_display = ["name", "iso_code", "slug"]
    list_filter = [OldFactsFilter]
    search_fields = ["name", "iso_code"]
    fills_slug = ("slug", "name")
    fields = ["name", "iso_code", "slug", "intro_html", "new_hotline"]
    readonly_fields = ["new_hotline"]

    @admin.display(description=_("where to get help"))
    def new_hotline(self, country: Country) -> "SafeString | StrPromise":
        if country.pk is None:
            return _("Save the country first, then add its numbers.")
        url = f"{reverse('admin:articles_hotline_add')}?country={country.pk}"
        return format_html('<a href="{}">{}</a>', url, _("Add a number or an organisation"))

    def get_inlines(
        self, request: HttpRequest, obj: Country | None
    ) -> "list[type[admin.options.InlineModelAdmin]]":
        return self.inlines if obj else []

    def delete_model(self, request: HttpRequest, obj: Country) -> None:
        gone = removals(obj.hotlines.all())
        super().delete_model(request, obj)
        telling.tell_editors(request.user, gone)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Country]) -> None:
        with transaction.atomic():
            gone = removals(Hotline.objects.filter(country__in=queryset))
            super().delete_queryset(request, queryset)
            telling.tell_editors(request.user, gone)
