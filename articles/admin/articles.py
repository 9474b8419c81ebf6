"""The admin of articles."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.article import Article

from .drafts import FillsSlug, OwnDrafts
from .picturerule import PicturesMayBePublic
from .publishing import StateFilter

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList


class LanguageFilter(admin.SimpleListFilter):
    """The languages that there are articles in."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        used = Article.objects.order_by("language").values_list("language", flat=True).distinct()
        names = dict(settings.LANGUAGES)
        return [(code, _(names.get(code, code))) for code in used]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(language=self.value()) if self.value() else queryset


class ArticleForm(FillsSlug, PicturesMayBePublic):
    """Says beside the field what the constraints of the table would refuse."""

    class Meta:
        model = Article
        fields = "__all__"

    def clean(self) -> dict[str, Any]:  # Any: values of fields of all types
        data = super().clean()
        told = any(data.get(f"source_{name}") for name in ("relation", "date", "url"))
        if told and not (data.get("source_title") or data.get("source_publication")):
            self.add_error("source_title", _("Name the source: its title, its publication, or both."))
        if data.get("translation_of") and data["translation_of"].pk == self.instance.pk:
            self.add_error("translation_of", _("An article can't be a translation of itself."))
        return data


@admin.register(Article)
class ArticleAdmin(OwnDrafts):
    """Articles."""

    form = ArticleForm
    publish_permission = "articles.publish_article"
    list_display = ["title", "state_label", "published", "shown_date", "country_names"]
    list_filter = [StateFilter, "countries", "topics", LanguageFilter]
    search_fields = ["title", "dek", "body_html"]
    search_help_text = gettext_lazy("Searches titles, deks and texts.")
    date_hierarchy = "published_at"
    list_per_page = 50
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["lead_picture", "countries", "topics", "translation_of"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "dek", "body_html", "lead_picture"]}),
        (gettext_lazy("What it is about"), {"fields": ["countries", "topics"]}),
        (
            gettext_lazy("Source"),
            {
                "fields": [
                    "source_relation",
                    "source_title",
                    "source_publication",
                    "source_date",
                    "source_url",
                ],
                "description": gettext_lazy("Where the story comes from, if somebody else told it first."),
            },
        ),
        (gettext_lazy("Dates"), {"fields": ["display_date", "published_at"]}),
        (
            gettext_lazy("Bylines, content note"),
            {"classes": ["collapse"], "fields": ["bylines", "dateline", "content_note"]},
        ),
        (
            gettext_lazy("Language and translation"),
            {"classes": ["collapse"], "fields": ["language", "translation_of"]},
        ),
    ]

    def get_changelist_instance(self, request: HttpRequest) -> "ChangeList":
        """Fetch the rows with their countries, and without their texts."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.prefetch_related("countries").defer("body_html")
        return changelist

    @admin.display(description=gettext_lazy("displayed date"), ordering="display_date")
    def shown_date(self, obj: Article) -> str:
        return obj.display_date.display if obj.display_date else ""

    @admin.display(description=gettext_lazy("countries"))
    def country_names(self, obj: Article) -> str:
        return ", ".join(country.name for country in obj.countries.all())
