"""Forms whose previews show what there is: nothing is required, and what keeps a piece from being published is told."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.forms import BaseInlineFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.forms import ModelForm
else:
    ModelForm = object  # a mixin: the class that uses it brings it


class Lenient(ModelForm):
    """A form in which everything may be missing."""

    is_to_be_public = False  # forms of pieces ask whether to look at their pictures: the preview does

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        require_nothing(self)


def lenient(form: "type[ModelForm]") -> "type[ModelForm]":
    """Return a class of forms that requires nothing."""
    return type(form.__name__, (Lenient, form), {"__module__": __name__})


def require_nothing(form: "ModelForm") -> None:
    """Let every field of a form be empty whose column can be."""
    columns = {field.name: field for field in form._meta.model._meta.concrete_fields}
    for name, field in form.fields.items():
        column = columns.get(name)
        if column is None or column.null or column.empty_strings_allowed:
            field.required = False


def what_is_wrong(form: "ModelForm", formsets: list[BaseInlineFormSet]) -> list[str]:
    """Return in sentences what keeps a form and its rows from being shown."""
    found = list(_errors_of(form))
    for formset in formsets:
        if not formset.is_valid():
            found += [str(error) for error in formset.non_form_errors()]
            found += [error for one in formset.forms if one.errors for error in _errors_of(one)]
    return found


def _errors_of(form: "ModelForm") -> Iterator[str]:
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        for error in errors:
            if field is None:
                yield str(error)
            else:
                yield _("%(field)s: %(error)s") % {
                    "field": capfirst(str(field.label or name)),
                    "error": error,
                }
