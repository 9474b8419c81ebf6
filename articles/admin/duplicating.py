"""A new piece that begins with what another one holds: the form of a new one, filled, of which nothing is stored yet."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, FileField, Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from newsroom.editing.rowchoices import is_key
from newsroom.versions.workingcopies import working

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

COPY_OF = "copy"  # the parameter of the new form's address
# What belongs to the one piece alone: when it is shown, where it stands, and which language's version it is.
NOT_COPIED = {
    "published_at",
    "expires_at",
    "after_expiry",
    "display_date",
    "is_filed_by_date",
    "translation_of",
    "menu",
    "menu_order",
}
ADDRESSES = {"slug", "path"}


class Duplicates(ModelAdmin):
    """A ModelAdmin whose form of a new row can begin with what another row holds."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the form of a new row shows at first; of a piece with changes that wait, what its form shows."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        initial.pop(COPY_OF, None)
        key = request.GET.get(COPY_OF, "")
        original = self.get_object(request, key) if is_key(key) else None
        if original is None or not self.has_view_permission(request, original):
            return initial
        waiting = working.of(original) if self.has_change_permission(request, original) else None
        return initial | self._copied(request, waiting.as_row() if waiting else original)

    def _copied(self, request: HttpRequest, original: Model) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        for name in self.get_form(request, None).base_fields:
            field = _field(original, name)
            if field is None or name in NOT_COPIED or isinstance(field, FileField):
                continue
            value = field.value_from_object(original)
            copied[name] = [row.pk for row in value] if field.many_to_many else value
        title = _("Copy of %(title)s") % {"title": original}
        copied["title"] = title[: _longest(original, "title")]
        for name in ADDRESSES & copied.keys():
            copied[name] = free_address(original, name)
        return copied


def free_address(original: Model, name: str) -> str:
    """Return an address like that of a row which no row of its kind has."""
    rows, most = type(original)._base_manager, _longest(original, name)
    number = 1
    while True:
        end = "-copy" if number == 1 else f"-copy-{number}"
        address = f"{getattr(original, name)[: most and most - len(end)]}{end}"
        if not rows.filter(**{f"{name}__iexact": address}).exists():
            return address
        number += 1


def _longest(row: Model, name: str) -> int | None:
    return getattr(row._meta.get_field(name), "max_length", None)


def _field(row: Model, name: str) -> Field | None:
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None
