"""The library of resources."""

from urllib.parse import unquote

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.languages import LanguagesFormField
from articles.models import Resource
from articles.pictureuses import use_in
from articles.richtext import rows_holding

from .drafts import FillsSlug, OwnDrafts
from .picturerule import PicturesMayBePublic
from .publishing import PublishableAdmin, StateFilter


class ResourceForm(FillsSlug, PicturesMayBePublic, forms.ModelForm):
    """Checks what the constraints behind it would refuse, with a message beside the field."""

    languages = LanguagesFormField(
        label=gettext_lazy("languages of the document"),
        required=False,
        help_text=gettext_lazy("Every language in which readers can have it there."),
    )

    class Meta:
        model = Resource
        fields = "__all__"
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def _post_clean(self):
        super()._post_clean()
        if self.is_to_be_public and not self.errors:
            for field, problems in self.instance.problems().items():
                for problem in problems:
                    self.add_error(field if field in self.fields else None, problem)


@admin.register(Resource)
class ResourceAdmin(OwnDrafts, PublishableAdmin):
    """Resources."""

    form = ResourceForm
    publish_permission = "articles.publish_resource"
    list_display = ["title", "kind", "state_label", "publisher", "shown_date", "published"]
    list_filter = [StateFilter, "kind", "countries", "topics"]
    search_fields = ["title", "summary", "publisher", "link"]
    search_help_text = gettext_lazy("Searches titles, summaries, publishers and links.")
    date_hierarchy = "published_at"
    list_per_page = 50
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["countries", "topics"]
    readonly_fields = ["used_in"]
    fieldsets = [
        (None, {"fields": ["kind", "title", "slug", "summary"]}),
        (gettext_lazy("The resource itself"), {"fields": ["link", "languages"]}),
        (gettext_lazy("Who stands for it"), {"fields": ["publisher", "display_date", "credit"]}),
        (gettext_lazy("What it is about"), {"fields": ["countries", "topics"]}),
        (gettext_lazy("Description"), {"fields": ["body_html"]}),
        (gettext_lazy("Publication"), {"fields": ["published_at"]}),
        (gettext_lazy("Language of the entry"), {"classes": ["collapse"], "fields": ["language"]}),
        (gettext_lazy("Where it is used"), {"fields": ["used_in"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        """A new one is used nowhere."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    def get_changelist_instance(self, request):
        """Fetch the rows without their texts."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.defer("body_html")
        return changelist

    @admin.display(description=gettext_lazy("date of the document"), ordering="display_date")
    def shown_date(self, obj):
        return obj.display_date.display if obj.display_date else ""

    @admin.display(description=gettext_lazy("linked from"))
    def used_in(self, obj):
        uses = uses_of(obj)
        if not uses:
            return _("No text links to it.")
        lines = [(use.url, use.title, _("public") if use.is_public else _("not public")) for use in uses]
        return format_html(
            '<ul class="picture-uses">{}</ul>',
            format_html_join("", '<li><a href="{}">{}</a> ({})</li>', lines),
        )


def uses_of(resource):
    """Return the texts that link to a resource, of every kind that staff can change in the admin."""
    address = resource.get_absolute_url()
    rows = rows_holding(address, unquote(address))
    return [use_in(row) for row in rows if admin.site.is_registered(type(row)) and row != resource]
