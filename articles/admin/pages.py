"""The admin of standing pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from articles.models.page import Page

from .picturerule import PicturesMayBePublic
from .publishing import PublishableAdmin, StateFilter


class PageForm(PicturesMayBePublic):
    """Takes the path with or without slashes around it."""

    class Meta:
        model = Page
        fields = "__all__"

    def clean_path(self) -> str:
        path: str = self.cleaned_data["path"]
        return path.strip("/")


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
