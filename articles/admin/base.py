"""The base of the admin pages of this app that hold rich text."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Field
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from articles.models.slugs import slug_from
from newsroom.editing.moments import MomentField
from newsroom.guard.staffpages import POLICY
from newsroom.richtext.editor import EDITOR_POLICY_EXTRA, RichTextWidget
from newsroom.richtext.limits import is_too_long
from newsroom.richtext.pictures import rich_text_fields
from newsroom.richtext.sanitiser import sanitise
from newsroom.search.admin import SearchableAdmin

if TYPE_CHECKING:
    from django import forms
    from django.urls import URLPattern


class EditorPageAdmin(SearchableAdmin):
    """A ModelAdmin with a rich text editor; only its form gets the content security policy that CKEditor needs."""

    formfield_overrides = MappingProxyType(
        {DateTimeField: {"form_class": MomentField, "widget": AdminSplitDateTime}}
    )
    fills_slug: tuple[str, str] | None = None  # the field of the slug, and that of the title that fills it

    class Media:
        js = ["js/admin-slugs.js"]

    def get_urls(self) -> "list[URLPattern]":
        slug = self.admin_site.admin_view(self.slug_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_slug"
        return [*([path("slug/", slug, name=name)] if self.fills_slug else []), *super().get_urls()]

    def slug_view(self, request: HttpRequest) -> HttpResponse:
        """Return the slug of a title, which the form's script asks for; by POST, so that the title is in no log."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        text = request.POST.get("text", "").strip()
        return JsonResponse({"slug": slug_from(text) if text else ""})

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> "forms.Field | None":
        """Return the form field; its editor offers pictures, and uploads, to those with the permission."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RichTextWidget):
            field.widget.may_choose = request.user.has_perm("pictures.view_image")
            field.widget.may_upload = request.user.has_perm("pictures.add_image")
        if field is not None and self.fills_slug and db_field.name == self.fills_slug[0]:
            url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_slug")
            field.label = _("Address")
            field.widget.attrs |= {"data-slug-url": url, "data-slug-of": f"id_{self.fills_slug[1]}"}
        return field

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,  # Any: a template's context
    ) -> HttpResponse:
        def save_or_show() -> HttpResponse:
            return super(EditorPageAdmin, self).changeform_view(request, object_id, form_url, extra_context)

        if request.method != "POST":  # opening a form must not wait for SQLite's only write lock
            response = save_or_show()
        else:
            # Before the transaction, which holds SQLite's only write lock: the form finds the cleaned text in a cache.
            for name in rich_text_fields(self.model):
                text = request.POST.get(name)
                if not is_too_long(text):  # the form refuses it
                    sanitise(text)
            try:
                # In a savepoint, so that an error leaves the transaction around it usable.
                with transaction.atomic():
                    response = save_or_show()
            except IntegrityError:
                # Somebody took the name between the check and the save: now the check finds it.
                response = save_or_show()
        if response.status_code == 200 and hasattr(response, "render"):
            response._csp_config = POLICY | EDITOR_POLICY_EXTRA  # type: ignore[attr-defined]  # what Django's CSP reads
        return response
