"""What was typed and not saved beside what is stored: the fields and rows that differ, in words."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model
from django.http import HttpRequest

from newsroom.editing.differences import Difference, difference, label, row_difference, typed, words
from newsroom.editing.values import Values

from .texts import Text

if TYPE_CHECKING:
    from newsroom.editing.lostupdates import GuardsUpdates


def differences(
    model_admin: "GuardsUpdates", request: HttpRequest, obj: Model | None, text: Text
) -> list[Difference]:
    """Return what a text would change of a row, or all of it where there is none yet."""
    data = text.as_data()
    stored: Values = model_admin.stored_values(request, obj) if obj else {}
    names = flatten_fieldsets(model_admin.get_fieldsets(request, obj))
    form = model_admin.get_form(request, obj, change=obj is not None, fields=names)(data, instance=obj)
    form.is_valid()
    found = []
    for name in form.fields:
        was = stored.get("", {}).get(name, "")
        if _is_compared(form, name) and typed(form, name) != was:
            found.append(difference(form, name, was))
    for formset, _inline in model_admin.get_formsets_with_inlines(request, obj):
        rows = formset(data, instance=obj, prefix=formset.get_default_prefix())
        found += [one for sent in rows.forms if (one := _row(sent, rows.prefix, stored))]
    return [one for one in found if one.stored != one.typed]


def _is_compared(form: forms.ModelForm, name: str) -> bool:
    """Return whether a field is one of the model, and not a file: these are not kept."""
    columns = {field.name for field in (*form._meta.model._meta.fields, *form._meta.model._meta.many_to_many)}
    return name in columns and not form.fields[name].widget.needs_multipart_form


# Any: a form of whichever row.
def _row(sent: Any, prefix: str, stored: Values) -> Difference | None:
    key = f"{prefix}-{sent['id'].value() or ''}" if "id" in sent.fields else ""
    if key in stored:
        return row_difference(sent, set(stored[key]), stored[key], key) if sent.has_changed() else None
    return Difference(label(sent), "", words(sent, sent.fields)) if sent.has_changed() else None
