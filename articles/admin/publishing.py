"""Articles and pages: written as drafts, published by those who may."""

from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.article import Article
from articles.models.page import Page
from newsroom.richtext.renderings import rendered

from .base import EditorPageAdmin
from .drafts import FillsSlug, OwnDrafts
from .picturerule import PicturesMayBePublic


class StateFilter(admin.SimpleListFilter):
    """States as editors think of them, the waiting apart from the public."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin):
        return [
            ("draft", _("draft")),
            ("published", _("published")),
            ("scheduled", _("scheduled")),
            ("withdrawn", _("unpublished")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]):
        now = timezone.now()
        if self.value() == "scheduled":
            return queryset.filter(state="published", published_at__gt=now)
        if self.value() == "published":
            return queryset.filter(state="published", published_at__lte=now)
        return queryset.filter(state=self.value()) if self.value() else queryset


class LanguageFilter(admin.SimpleListFilter):
    """The languages that articles are written in."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin):
        used = Article.objects.order_by("language").values_list("language", flat=True).distinct()
        names = dict(settings.LANGUAGES)
        return [(code, _(names.get(code, code))) for code in used]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]):
        return queryset.filter(language=self.value()) if self.value() else queryset


class PublishableAdmin(EditorPageAdmin):
    """Save, publish and unpublish; the last two only with the permission, which is asked on the server."""

    publish_permission = None  # 'app.codename'
    guarded_fields = MappingProxyType({"state": ""})
    save_on_top = False
    show_facets = admin.ShowFacets.NEVER

    def may_publish(self, request: HttpRequest):
        return request.user.has_perm(self.publish_permission)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Only what is off the site can be deleted: a page that was read is unpublished first."""
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.state != obj.State.PUBLISHED
        )

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        readonly = [*super().get_readonly_fields(request, obj), "body_shown"]
        return readonly if self.may_publish(request) else [*readonly, "published_at"]

    def get_fieldsets(self, request: HttpRequest, obj=None):
        """Show the text as readers see it to those who may only look."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (
                name,
                options | {"fields": ["body_shown" if f == "body_html" else f for f in options["fields"]]},
            )
            for name, options in fieldsets
        ]

    @admin.display(description=gettext_lazy("text"))
    def body_shown(self, obj):
        return rendered(obj.body_html)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, obj):
        scheduled = bool(obj.published_at) and obj.is_scheduled  # a refused form may have emptied the time
        name = "scheduled" if scheduled else obj.state
        label = _("scheduled") if scheduled else obj.get_state_display()
        return format_html('<span class="state state-{}">{}</span>', name, label)

    @admin.display(description=gettext_lazy("published"), ordering="published_at")
    def published(self, obj):
        return (
            date_format(timezone.localtime(obj.published_at), "SHORT_DATETIME_FORMAT")
            if obj.published_at
            else ""
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj=None,
    ):
        """Tell the row of buttons what may be done, and the page whether visitors can see it."""
        published = bool(obj) and obj.state == obj.State.PUBLISHED
        visible = published and bool(obj.published_at) and obj.is_public
        context["workflow"] = {
            "published": published,
            "may_publish": self.may_publish(request),
            "state": self.state_label(obj) if obj else "",
        }
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if obj and not visible:
            response.context_data["has_absolute_url"] = False
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ):
        """Refuse, before anything is stored, to publish for somebody who may not."""
        if {"_publish", "_withdraw"} & request.POST.keys() and not self.may_publish(request):
            raise PermissionDenied
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        if "_publish" in request.POST:
            obj.publish()
        elif "_withdraw" in request.POST:
            stored = self.model._default_manager.filter(
                pk=obj.pk
            ).first()  # the form may have emptied the time
            request.was_scheduled = stored is not None and bool(stored.published_at) and stored.is_scheduled
            obj.withdraw()
        elif obj.state == obj.State.PUBLISHED and obj.published_at is None:
            obj.published_at = timezone.now()  # 'Empty: now', as the field says
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj, post_url_continue=None):
        return self._back_to_the_text(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj):
        return self._back_to_the_text(request, obj) or super().response_change(request, obj)

    def _back_to_the_text(self, request: HttpRequest, obj):
        """Say what happened and show the form again: nobody loses the place they work at."""
        if {"_popup", "_addanother"} & request.POST.keys():
            return None
        self.message_user(request, self._outcome(request, obj), messages.SUCCESS)
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(obj.pk)])
        return HttpResponseRedirect(url)

    def _outcome(self, request: HttpRequest, obj):
        link = format_html('<a href="{0}">{0}</a>', obj.get_absolute_url())
        if "_withdraw" in request.POST:
            if not request.was_scheduled:
                return _("Unpublished. Visitors can't read it any more.")
            if obj.state == obj.State.DRAFT:
                return _("It is a draft again and won’t be published by itself. No visitor has read it.")
            return _("Unpublished. It won’t come back at its time.")
        if obj.is_scheduled:
            when = date_format(timezone.localtime(obj.published_at), "DATETIME_FORMAT")
            return _("Scheduled. Visitors can read it from %(when)s.") % {"when": when}
        if "_publish" in request.POST:
            return format_html(_("Published. See it at {}."), link)
        if obj.state == obj.State.PUBLISHED:
            return format_html(_("Saved, and on the site now: {}."), link)
        return _("Draft saved.")


class ArticleForm(FillsSlug, PicturesMayBePublic, forms.ModelForm):
    """Checks what the constraints behind it would refuse, with a message beside the field."""

    class Meta:
        model = Article
        fields = "__all__"

    def clean(self):
        data = super().clean()
        told = any(data.get(f"source_{name}") for name in ("relation", "date", "url"))
        if told and not (data.get("source_title") or data.get("source_publication")):
            self.add_error("source_title", _("Name the source: its title, its publication, or both."))
        if data.get("translation_of") and data["translation_of"].pk == self.instance.pk:
            self.add_error("translation_of", _("An article can't be a translation of itself."))
        return data


@admin.register(Article)
class ArticleAdmin(OwnDrafts, PublishableAdmin):
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

    def get_changelist_instance(self, request: HttpRequest):
        """Fetch what the columns show with the rows, and not the texts."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.prefetch_related("countries").defer("body_html")
        return changelist

    @admin.display(description=gettext_lazy("displayed date"), ordering="display_date")
    def shown_date(self, obj):
        return obj.display_date.display if obj.display_date else ""

    @admin.display(description=gettext_lazy("countries"))
    def country_names(self, obj):
        return ", ".join(country.name for country in obj.countries.all())


class PageForm(PicturesMayBePublic, forms.ModelForm):
    """A page of the menu or beside it."""

    class Meta:
        model = Page
        fields = "__all__"

    def clean_path(self):
        return self.cleaned_data["path"].strip("/")


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    """Standing pages."""

    form = PageForm
    publish_permission = "articles.publish_page"
    list_display = ["title", "path", "state_label", "menu", "menu_order"]
    list_filter = [StateFilter, "menu"]
    search_fields = ["title", "path", "body_html"]
    prepopulated_fields = {"path": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "path", "body_html"]}),
        (gettext_lazy("Menu"), {"fields": ["menu", "menu_order"]}),
        (gettext_lazy("Publication"), {"fields": ["published_at"]}),
    ]
