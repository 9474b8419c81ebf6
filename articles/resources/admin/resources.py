"""The library of resources."""

from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.drafts import FillsSlug, OwnDrafts
from articles.admin.picturerule import PicturesMayBePublic
from articles.admin.publishing import PublishableAdmin, StateFilter
from articles.resources.downloads import attachment
from articles.resources.languages import LanguagesFormField
from articles.resources.models.resource import Resource
from newsroom.pictures.uselists import KnowsViewer, as_list, seen
from newsroom.pictures.uses import use_in
from newsroom.richtext.pictures import rows_holding

from .documentfield import REMOVE, DocumentField, receive


class ResourceForm(FillsSlug, PicturesMayBePublic, forms.ModelForm):
    """Checks what the constraints behind it would refuse, with a message beside the field."""

    languages = LanguagesFormField(
        label=gettext_lazy("Languages of the document"),
        required=False,
        help_text=gettext_lazy("Every language in which readers can have it there."),
    )

    document = DocumentField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "PDF, DOCX, XLSX, ODT or CSV, 50 MB at most. Who wrote it, comments and former versions are taken out "
            "of it; the file as you send it is not kept."
        ),
    )
    received = None  # what came of the upload, and who is signed in; the admin says both
    user_key = None

    class Meta:
        model = Resource
        fields = "__all__"
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "document" in self.fields:
            field = self.fields["document"]
            field.received = self.received
            field.widget.resource, field.widget.user_key = self.instance, self.user_key

    def clean_document(self):
        """Refuse a file that another form has taken already."""
        kept = self.cleaned_data["document"]
        if kept and kept != REMOVE and Resource.objects.filter(storage_key=kept.key).exists():
            self.fields["document"].widget.kept = None
            raise forms.ValidationError(_("This file was saved already. Choose it once more."))
        return kept

    def _post_clean(self) -> None:
        super()._post_clean()
        document = self.cleaned_data.get("document")
        if document == REMOVE:
            self.instance.drop_file()
        elif document:
            self.instance.put_file(document)
        if self.is_to_be_public and not self.errors:
            for field, problems in self.instance.problems().items():
                for problem in problems:
                    self.add_error(field if field in self.fields else None, problem)


@admin.register(Resource)
class ResourceAdmin(KnowsViewer, OwnDrafts, PublishableAdmin):
    """Resources: links, and files that are cleaned on their way in."""

    form = ResourceForm
    change_form_template = "admin/articles/resource/change_form.html"
    publish_permission = "articles.publish_resource"
    guarded_fields = MappingProxyType({"state": "", "file_size": "document"})
    list_display = ["title", "kind", "state_label", "publisher", "shown_date", "published"]
    list_filter = [StateFilter, "kind", "countries", "topics"]
    search_fields = ["title", "summary", "publisher", "link"]
    search_help_text = gettext_lazy("Searches titles, summaries, publishers and links.")
    date_hierarchy = "published_at"
    list_per_page = 50
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["countries", "topics"]
    readonly_fields = ["used_in", "file_shown"]
    fieldsets = [
        (None, {"fields": ["kind", "title", "slug", "summary"]}),
        (gettext_lazy("The resource itself"), {"fields": ["link", "document", "languages"]}),
        (gettext_lazy("Who stands for it"), {"fields": ["publisher", "display_date", "credit"]}),
        (gettext_lazy("What it is about"), {"fields": ["countries", "topics"]}),
        (gettext_lazy("Description"), {"fields": ["body_html"]}),
        (gettext_lazy("Publication"), {"fields": ["published_at"]}),
        (gettext_lazy("Language of the entry"), {"classes": ["collapse"], "fields": ["language"]}),
        (gettext_lazy("Where it is used"), {"fields": ["used_in"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj=None):
        """Return them all; a new one is used nowhere, and those who may only look choose no file."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets[:-1]
        if self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, options | {"fields": ["file_shown" if f == "document" else f for f in options["fields"]]})
            for name, options in fieldsets
        ]

    def get_urls(self):
        return [
            path(
                "<int:pk>/file/",
                self.admin_site.admin_view(self.file_view),
                name="articles_resource_file",
            ),
            path(
                "<int:pk>/withdraw/",
                self.admin_site.admin_view(self.withdraw_view),
                name="articles_resource_withdraw",
            ),
            *super().get_urls(),
        ]

    def get_form(self, request: HttpRequest, obj=None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        form.received, form.user_key = getattr(request, "received", None), request.user.pk
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ):
        """Clean an upload before the transaction of the form begins, for whoever may save the form."""
        upload = request.FILES.get("document") if request.method == "POST" else None
        if upload:
            resource = self.get_object(request, object_id) if object_id else None
            may_save = (
                self.has_change_permission(request, resource)
                if object_id
                else self.has_add_permission(request)
            )
            request.received = receive(upload) if may_save else None
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj=None,
    ):
        """Tell the page whether it can be withdrawn."""
        context["may_withdraw"] = bool(obj) and self._may_withdraw(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        document = form.cleaned_data.get("document")
        if document and document != REMOVE and document.findings:
            accepted = " ".join(document.findings)
            self.log_change(request, obj, _("Accepted in the file: %(findings)s") % {"findings": accepted})

    def _may_withdraw(self, request: HttpRequest, resource):
        return (
            resource.state != resource.State.DRAFT
            and (resource.state == resource.State.PUBLISHED or resource.has_file)
            and self.may_publish(request)
            and self.has_change_permission(request, resource)
        )

    def file_view(self, request: HttpRequest, pk: int):
        """Send the file to whoever may see the resource here, public or not."""
        resource = self.get_object(request, str(pk))
        if resource is None or not self.has_view_permission(request, resource) or not resource.has_file:
            raise Http404
        return attachment(request, resource)

    def withdraw_view(self, request: HttpRequest, pk: int):
        """Ask once, then take the resource off every page and delete its file."""
        resource = self.get_object(request, str(pk))
        if resource is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.may_publish(request) or not self.has_change_permission(request, resource):
            raise PermissionDenied
        page = reverse("admin:articles_resource_change", args=[resource.pk])
        if not self._may_withdraw(request, resource):
            return HttpResponseRedirect(page)
        if request.method == "POST":
            resource.withdraw_for_good()
            self.log_change(request, resource, _("Withdrawn."))
            self.message_user(
                request, _("Withdrawn. It is nowhere on the site, and its file is deleted."), messages.SUCCESS
            )
            return HttpResponseRedirect(page)
        context = self.admin_site.each_context(request) | {
            "title": _("Withdraw a resource"),
            "opts": self.opts,
            "resource": resource,
            "page": page,
            "uses": seen(request, uses_of(resource)),
        }
        return TemplateResponse(request, "admin/articles/resource/withdraw.html", context)

    def get_changelist_instance(self, request: HttpRequest):
        """Fetch the rows without their texts."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.defer("body_html")
        return changelist

    @admin.display(description=gettext_lazy("date of the document"), ordering="display_date")
    def shown_date(self, obj):
        return obj.display_date.display if obj.display_date else ""

    @admin.display(description=gettext_lazy("file"))
    def file_shown(self, obj):
        if not obj.has_file:
            return ""
        url = reverse("admin:articles_resource_file", args=[obj.pk])
        return format_html('<a href="{}">{}, {}</a>', url, obj.file_label, filesizeformat(obj.file_size))

    @admin.display(description=gettext_lazy("linked from"))
    def used_in(self, obj):
        uses = uses_of(obj)
        if not uses:
            return _("No text links to it.")
        return as_list(obj.viewer, uses)


def uses_of(resource):
    """Return the texts that link to a resource, of every kind that staff can change in the admin."""
    stored = Resource.objects.get(pk=resource.pk)  # a refused form may have emptied the address
    address = stored.get_absolute_url()
    rows = rows_holding(address, unquote(address))
    return [use_in(row) for row in rows if admin.site.is_registered(type(row)) and row != resource]
