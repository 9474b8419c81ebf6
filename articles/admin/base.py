"""What the admin pages of this app share."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Field
from django.http import HttpRequest

from newsroom.editing.modeladmin import StaffAdmin
from newsroom.guard.staffpages import POLICY
from newsroom.richtext.editor import EDITOR_POLICY_EXTRA, RichTextWidget
from newsroom.richtext.pictures import rich_text_fields
from newsroom.richtext.sanitiser import sanitise
from newsroom.search.searchable import SearchableAdmin


class EditorPageAdmin(SearchableAdmin, StaffAdmin):
    """A form with a rich text box: its page alone gets the policy that CKEditor needs."""

    class Media:
        js = ["js/admin-slugs.js"]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer pictures in a text only to whoever may see the library, and upload to it."""
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
        extra_context: dict[str, Any] | None = None,
    ):
        def answer():
            return super(EditorPageAdmin, self).changeform_view(request, object_id, form_url, extra_context)

        if request.method != "POST":  # whoever opens a form must not wait for the one write lock of SQLite
            response = answer()
        else:
            # Before the transaction: on SQLite it holds the only write lock. The form finds the text cleaned.
            for name in rich_text_fields(self.model):
                sanitise(request.POST.get(name))
            try:
                # Its own block, so that a refusal leaves the transaction around it usable.
                with transaction.atomic():
                    response = answer()
            except IntegrityError:
                # Somebody else took the name between our check and our save: now the check finds it.
                response = answer()
        if response.status_code == 200 and hasattr(response, "render"):
            response._csp_config = POLICY | EDITOR_POLICY_EXTRA
        return response
