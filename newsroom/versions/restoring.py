"""An older version in the change form: what is saved then is a new version, by the rules of every save."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from newsroom.editing.formdata import FillsForms, data_of
from newsroom.editing.rowchoices import is_key

from . import registry
from .history import named
from .models import Version

RESTORE = "restore"  # the parameter with the number of a version
COMMENT = "_comment"  # the field of a form that says why


def comment_in(request: HttpRequest) -> str:
    """Return why somebody saves a form, without what PostgreSQL can't store."""
    return request.POST.get(COMMENT, "").replace("\0", "").strip()


class Restores(FillsForms):
    """A ModelAdmin whose change form can show an older version."""

    def filling(self, request: HttpRequest, obj: Model | None) -> QueryDict | None:
        """Return the data of the version that the address asks for."""
        key = request.GET.get(RESTORE, "")
        if not key or obj is None:
            return super().filling(request, obj)
        version = Version.objects.of(obj).filter(pk=key).first() if is_key(key) else None
        if version is None:
            raise Http404
        stays = registry.entry_of(self.model).stays
        data = self.data_of_version(request, obj, version, stays)
        data[COMMENT] = _("Restored: the version of %(when)s") % {"when": named(version)}
        setattr(request, RESTORE, version)
        return data

    def data_of_version(
        self, request: HttpRequest, obj: Model, version: Version, stays: "tuple[str, ...]" = ()
    ) -> QueryDict:
        """Return what the form sends where it shows a version; fields named in `stays` are as they are stored."""
        fields = self.form_fields(request, obj)
        was = version.as_row()
        data = data_of({name: field for name, field in fields.items() if name not in stays}, was)
        for name, values in data_of(
            {name: field for name, field in fields.items() if name in stays}, obj
        ).lists():
            data.setlist(name, values)
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            stored = list(inline.get_queryset(request).filter(**{formset.fk.name: obj.pk}))
            rows = registry.entry_of(self.model).rows
            accessor = formset.fk.remote_field.get_accessor_name()
            wanted = list(getattr(was, accessor).all()) if accessor in rows else stored
            _put_rows(data, formset, stored, wanted)
        return data

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the page which version it shows."""
        version = getattr(request, RESTORE, None)
        context["restored"] = named(version) if version else ""
        return super().render_change_form(request, context, *args, **kwargs)


def _put_rows(
    data: QueryDict,
    formset: Any,  # a class of whichever formset; the stubs take its key for a descriptor
    stored: list[Model],
    wanted: list[Model],
) -> None:
    """Add the rows below a form: those stored come first, and are marked as deleted where they are not wanted."""
    prefix = formset.get_default_prefix()
    data[f"{prefix}-TOTAL_FORMS"] = "0"
    data[f"{prefix}-INITIAL_FORMS"] = str(len(stored))
    by_key = {row.pk: row for row in wanted}
    keys = {row.pk for row in stored}
    rows = [(by_key.get(row.pk, row), row.pk, row.pk not in by_key) for row in stored]
    rows += [(row, None, False) for row in wanted if row.pk not in keys]
    for number, (row, key, is_gone) in enumerate(rows):
        for name, values in data_of(formset.form.base_fields, row).lists():
            data.setlist(f"{prefix}-{number}-{name}", values)
        data[f"{prefix}-{number}-{row._meta.pk.name}"] = str(key) if key else ""
        data[f"{prefix}-{number}-{formset.fk.name}"] = ""
        if is_gone:
            data[f"{prefix}-{number}-DELETE"] = "on"
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
