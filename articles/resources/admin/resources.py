"""The admin of resources."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import documents
from articles.admin.drafts import OwnDrafts
from articles.admin.filling import FillsSlug
from articles.admin.picturerule import MayBePublic
from articles.admin.publishing import PublishableAdmin, StateFilter
from articles.admin.years import YearFilter
from articles.models.publishing import Publishable
from articles.resources.downloads import attachment
from articles.resources.languages import LanguagesFormField
from articles.resources.models.resource import Resource
from newsroom.editing.mine import MineFilter
from newsroom.editing.modeladmin import ASIDE
from newsroom.guard.staffpages import signed_in
from newsroom.pictures.uselists import KnowsViewer, as_list, seen
from newsroom.pictures.uses import Use, use_in
from newsroom.richtext.pictures import rows_holding
from newsroom.versions.recording import recording
from newsroom.versions.workingcopies import draftforms

from . import tables
from .documentfield import REMOVE, DocumentField, Received, receive

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList
    from django.urls import URLPattern
    from django.utils.safestring import SafeString
    from django_stubs_ext import FieldsetSpec

    from articles.resources.documentstore import Kept


class ResourceForm(FillsSlug, MayBePublic):
    """Takes the file of a resource, and says beside the field what keeps it from being published."""

    languages = LanguagesFormField(
        label=gettext_lazy("Languages of the document"),
        required=False,
        help_text=gettext_lazy("Every language in which readers can have it there."),
    )

    document = DocumentField(
        label=gettext_lazy("File"),
        required=False,
        help_text=format_lazy(
            gettext_lazy(
                "PDF, DOCX, XLSX, ODT or CSV, {most} MB at most. Who wrote it, comments and former versions are taken "
                "out of it; the file as you send it is not kept."
            ),
            most=documents.MAX_BYTES // (1024 * 1024),
        ),
    )
    received: Received | None = None  # what came of the upload, which the admin sets
    is_kept = False  # whether the changes are to wait, which the admin sets
    user_key: object = None  # primary key of who is signed in, which the admin sets

    class Meta:
        model = Resource
        fields = "__all__"
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("document")
        if isinstance(field, DocumentField):
            field.received = self.received
            field.widget.resource, field.widget.user_key = self.instance, self.user_key

    def clean_document(self) -> "Kept | str | None":
        """Return the stored document; raises ValidationError for one that another resource has taken already."""
        kept: Kept | str | None = self.cleaned_data["document"]
        if kept and not isinstance(kept, str) and Resource.objects.filter(storage_key=kept.key).exists():
            self.fields["document"].widget.kept = None
            raise forms.ValidationError(_("This file was saved already. Choose it once more."))
        return kept

    def _post_clean(self) -> None:
        document = self.cleaned_data.get("document")
        if document and self.is_kept:
            told = _(
                "A draft of changes keeps no file: publish them with it, or save the draft without it and choose the "
                "file when you publish."
            )
            self.add_error("document", told)
        elif document == REMOVE:
            self.instance.drop_file()
        elif document:
            self.instance.put_file(document)
        super()._post_clean()


@admin.register(Resource)
class ResourceAdmin(KnowsViewer, OwnDrafts):
    """Resources: links, and files, which are cleaned as they are uploaded."""

    form = ResourceForm
    change_form_template = "admin/articles/resource/change_form.html"
    publish_permission = "articles.publish_resource"
    guarded_fields = MappingProxyType({"state": "", "file_size": "document"})
    shown_instead = MappingProxyType({**PublishableAdmin.shown_instead, "document": "file_shown"})
    list_display = ["title", "kind", "state_label", "author", "last_change", "publisher", "published"]
    list_filter = [StateFilter, MineFilter, YearFilter, "kind", "countries", "topics"]
    search_fields = ["title", "summary", "publisher", "link"]
    search_help_text = gettext_lazy("Searches titles, summaries, publishers and links.")
    show_full_result_count = False
    list_per_page = 50
    fills_slug = ("slug", "title")
    autocomplete_fields = ["countries", "topics"]
    readonly_fields = ["used_in", "file_shown"]
    fieldsets = [
        (None, {"fields": ["title", "summary", "kind"]}),
        (gettext_lazy("The resource itself"), {"fields": ["link", "document", "languages", "body_html"]}),
        (
            gettext_lazy("Who stands for it"),
            {"classes": [ASIDE], "fields": ["publisher", "display_date", "credit"]},
        ),
        (gettext_lazy("What it is about"), {"classes": [ASIDE], "fields": ["countries", "topics"]}),
        (gettext_lazy("Publication"), {"classes": [ASIDE], "fields": ["published_at"]}),
        (gettext_lazy("Where it stands"), {"classes": [ASIDE], "fields": ["slug"]}),
        (gettext_lazy("Language of the entry"), {"classes": [ASIDE, "collapse"], "fields": ["language"]}),
        (gettext_lazy("Where it is used"), {"classes": [ASIDE], "fields": ["used_in"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Publishable | None = None) -> "FieldsetSpec":
        """Return the fieldsets, for a new resource without the last: nothing links to it yet."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets[:-1] if obj is None else fieldsets

    def get_urls(self) -> "list[URLPattern]":
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
            path("tables/", self.admin_site.admin_view(tables.csv_list), name="articles_resource_tables"),
            path(
                "<int:pk>/table/",
                self.admin_site.admin_view(tables.csv_table),
                name="articles_resource_table",
            ),
            *super().get_urls(),
        ]

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        if issubclass(form, ResourceForm):
            form.received, form.user_key = getattr(request, "received", None), request.user.pk
            form.is_kept = draftforms.is_kept(request)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,  # Any: a template's context
    ) -> HttpResponse:
        """Show or save the form; an upload of somebody who may save it is cleaned before the transaction begins."""
        upload = request.FILES.get("document") if request.method == "POST" else None
        if upload:
            resource = self.get_object(request, object_id) if object_id else None
            may_save = (
                self.has_change_permission(request, resource)
                if object_id
                else self.has_add_permission(request)
            )
            # get_form() reads it: Django hands over nothing else from here to there that mypy knows.
            request.received = receive(upload) if may_save else None  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],  # Any: a template's context
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Publishable | None = None,
    ) -> HttpResponse:
        """Pass the template whether the resource can be withdrawn."""
        context["may_withdraw"] = isinstance(obj, Resource) and self._may_withdraw(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Any: as OwnDrafts declares it
    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        document = form.cleaned_data.get("document")
        if document and document != REMOVE and document.findings:
            accepted = " ".join(document.findings)
            self.log_change(request, obj, _("Accepted in the file: %(findings)s") % {"findings": accepted})

    def _may_withdraw(self, request: HttpRequest, resource: Resource) -> bool:
        return (
            resource.state != resource.State.DRAFT
            and (resource.state == resource.State.PUBLISHED or resource.has_file)
            and self.may_publish(request)
            and self.has_change_permission(request, resource)
        )

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send the file, public or not, to those who may see the resource in the admin."""
        resource = self.get_object(request, str(pk))
        if resource is None or not self.has_view_permission(request, resource) or not resource.has_file:
            raise Http404
        return attachment(request, resource)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for confirmation, then take the resource off every page and delete its file."""
        resource = self.get_object(request, str(pk))
        if resource is None:
            # Django's own, which its stubs leave out.
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined]
        if not self.may_publish(request) or not self.has_change_permission(request, resource):
            raise PermissionDenied
        page = reverse("admin:articles_resource_change", args=[resource.pk])
        if not self._may_withdraw(request, resource):
            return HttpResponseRedirect(page)
        if request.method == "POST":
            with recording(resource, signed_in(request), _("Withdrawn.")):
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

    def get_changelist_instance(self, request: HttpRequest) -> "ChangeList":
        """Fetch the rows with their authors and without their texts."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.select_related("created_by").defer("body_html")
        return changelist

    @admin.display(description=gettext_lazy("file"))
    def file_shown(self, obj: Resource) -> "SafeString | str":
        if not obj.has_file:
            return ""
        url = reverse("admin:articles_resource_file", args=[obj.pk])
        return format_html('<a href="{}">{}, {}</a>', url, obj.file_label, filesizeformat(obj.file_size or 0))

    @admin.display(description=gettext_lazy("linked from"))
    def used_in(
        self, obj: Any
    ) -> "SafeString | str":  # Any: a Resource with the viewer that KnowsViewer notes
        uses = uses_of(obj)
        if not uses:
            return _("No text links to it.")
        return as_list(obj.viewer, uses)


def uses_of(resource: Resource) -> list[Use]:
    """Return the texts that link to a resource, of all models that are in the admin."""
    stored = Resource.objects.get(pk=resource.pk)  # a refused form may have emptied the address
    address = stored.get_absolute_url()
    rows = rows_holding(address, unquote(address))
    return [use_in(row) for row in rows if admin.site.is_registered(type(row)) and row != resource]
