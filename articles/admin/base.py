"""The base of the admin pages of this app that hold rich text."""

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Field
from django.http import HttpRequest, HttpResponse

from newsroom.guard.staffpages import POLICY
from newsroom.richtext.editor import EDITOR_POLICY_EXTRA, RichTextWidget
from newsroom.richtext.limits import is_too_long
from newsroom.richtext.pictures import rich_text_fields
from newsroom.richtext.sanitiser import sanitise
from newsroom.search.admin import SearchableAdmin

if TYPE_CHECKING:
    from django import forms


class EditorPageAdmin(SearchableAdmin):
    """A ModelAdmin with a rich text editor; only its form gets the content security policy that CKEditor needs."""

    class Media:
        js = ["js/admin-slugs.js"]

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> "forms.Field | None":
        """Return the form field; its editor offers pictures, and uploads, to those with the permission."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RichTextWidget):
            field.widget.may_choose = request.user.has_perm("pictures.view_image")
            field.widget.may_upload = request.user.has_perm("pictures.add_image")
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
