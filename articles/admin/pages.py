"""The admin of standing pages."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from articles.models.page import Page
from newsroom.editing.modeladmin import ASIDE

from .filling import FillsSlug
from .picturerule import MayBePublic
from .publishing import PublishableAdmin, StateFilter


class PageForm(FillsSlug, MayBePublic):
    """Takes the path with or without slashes around it."""

    slug_field = "path"

    class Meta:
        model = Page
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "menu_order" in self.fields:
            self.fields["menu_order"].required = False

    def clean_menu_order(self) -> int:
        return self.cleaned_data["menu_order"] or 0

    def clean_path(self) -> str:
        path: str = self.cleaned_data["path"]
        return path.strip("/")


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    """Standing pages."""

    form = PageForm
    publish_permission = "articles.publish_page"
    list_display = ["title", "path", "state_label", "last_change", "menu", "menu_order"]
    list_filter = [StateFilter, "menu"]
    search_fields = ["title", "path", "body_html"]
    fills_slug = ("path", "title")
    fieldsets = [
        (None, {"fields": ["title", "body_html"]}),
        (gettext_lazy("Menu"), {"classes": [ASIDE], "fields": ["menu", "menu_order"]}),
        (gettext_lazy("Where it stands"), {"classes": [ASIDE], "fields": ["path"]}),
        (gettext_lazy("Publication"), {"classes": [ASIDE], "fields": ["published_at"]}),
    ]
