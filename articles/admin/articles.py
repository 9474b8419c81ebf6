"""The admin of articles."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.admin import Checked, ShowsChecks
from articles.corrections.admin import CorrectionInline, sign
from articles.models.article import Article
from newsroom.editing.mine import MineFilter
from newsroom.editing.modeladmin import ASIDE
from newsroom.pictures.models import Image
from newsroom.pictures.uploads import thumbnail_of

from .bulk import ActsOnMany
from .drafts import OwnDrafts
from .filling import FillsSlug
from .picturerule import MayBePublic
from .publishing import StateFilter
from .years import YearFilter

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList
    from django.utils.safestring import SafeString


class LanguageFilter(admin.SimpleListFilter):
    """The languages that there are articles in."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        names = dict(settings.LANGUAGES)
        return [(code, _(names.get(code, code))) for code in self._used()]

    def _used(self) -> Iterator[str]:
        """Yield each language that is used; an index finds one after the other."""
        codes = Article.objects.order_by("language").values_list("language", flat=True)
        code = codes.first()
        while code is not None:
            yield code
            code = codes.filter(language__gt=code).first()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(language=self.value()) if self.value() else queryset


class ArticleForm(FillsSlug, Checked, MayBePublic):
    """Says beside the field what the constraints of the table would refuse."""

    class Meta:
        model = Article
        fields = "__all__"
        widgets = {"dek": forms.Textarea(attrs={"rows": 2})}

    def clean_dek(self) -> str:
        """Return the summary on one line: its box has two."""
        return " ".join(self.cleaned_data["dek"].split())

    def clean(self) -> dict[str, Any]:  # Any: values of fields of all types
        data = super().clean()
        if data.get("translation_of") and data["translation_of"].pk == self.instance.pk:
            self.add_error("translation_of", _("An article can't be a translation of itself."))
        return data


@admin.register(Article)
class ArticleAdmin(ActsOnMany, ShowsChecks, OwnDrafts):
    """Articles."""

    form = ArticleForm
    publish_permission = "articles.publish_article"
    list_display = ["listed", "state_label", "author", "last_change", "published", "shown_date"]
    list_filter = [StateFilter, MineFilter, YearFilter, "countries", "topics", LanguageFilter]
    search_fields = ["title", "dek", "body_html"]
    search_help_text = gettext_lazy("Searches titles, summaries and texts.")
    show_full_result_count = False
    list_per_page = 50
    fills_slug = ("slug", "title")
    autocomplete_fields = ["lead_picture", "countries", "topics", "translation_of"]
    readonly_fields = ["lead_shown"]
    fieldsets = [
        (None, {"fields": ["title", "dek", "body_html"]}),
        (gettext_lazy("Picture"), {"classes": [ASIDE], "fields": ["lead_shown", "lead_picture"]}),
        (gettext_lazy("What it is about"), {"classes": [ASIDE], "fields": ["countries", "topics"]}),
        (
            gettext_lazy("Source"),
            {
                "classes": [ASIDE],
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
        (
            gettext_lazy("Dates"),
            {"classes": [ASIDE], "fields": ["display_date", "is_filed_by_date", "published_at"]},
        ),
        (gettext_lazy("Where it stands"), {"classes": [ASIDE], "fields": ["slug"]}),
        (
            gettext_lazy("Bylines, content note"),
            {"classes": [ASIDE, "collapse"], "fields": ["bylines", "dateline", "content_note"]},
        ),
        (
            gettext_lazy("Language and translation"),
            {"classes": [ASIDE, "collapse"], "fields": ["language", "translation_of"]},
        ),
    ]

    def get_inlines(
        self, request: HttpRequest, obj: Article | None
    ) -> "list[type[admin.options.InlineModelAdmin]]":
        """Return the corrections, which only what was published can have."""
        return [CorrectionInline] if obj and obj.has_been_public else []

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:
        sign(formset, request)
        super().save_formset(request, form, formset, change)

    def get_changelist_instance(self, request: HttpRequest) -> "ChangeList":
        """Fetch the rows with their authors and pictures, and without their texts."""
        changelist = super().get_changelist_instance(request)
        related = changelist.result_list.select_related("created_by", "lead_picture")
        changelist.result_list = related.defer("body_html")
        return changelist

    @admin.display(description=gettext_lazy("displayed date"), ordering="display_date")
    def shown_date(self, obj: Article) -> str:
        return obj.display_date.display if obj.display_date else ""

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def listed(self, obj: Article) -> "SafeString":
        picture = shown_small(obj.lead_picture)
        if not picture:
            return format_html('<span class="listed">{}</span>', obj.title)
        words = '<span class="listed listed-picture">{} <span>{}</span></span>'
        return format_html(words, picture, obj.title)

    @admin.display(description=gettext_lazy("picture now"))
    def lead_shown(self, obj: Article) -> "SafeString | str":
        return shown_small(obj.lead_picture) or _("none")


def shown_small(picture: Image | None) -> "SafeString | str":
    """Return a small picture, whose words stand beside it; empty without one or its files."""
    shown = thumbnail_of(picture) if picture else None
    if picture is None or shown is None:
        return ""
    size = shown["width"], shown["height"]
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="" loading="lazy">', picture.url_of(shown), *size
    )
