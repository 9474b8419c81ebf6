"""A form that shows something else than what is stored, as a browser would send it: nothing is saved by showing it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.forms.utils import ErrorDict, ErrorList
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin import ModelAdmin
    from django.db.models import Model
    from django.forms import BaseInlineFormSet, ModelForm
else:
    ModelAdmin = ModelForm = BaseInlineFormSet = object  # for mixins: the classes that use them bring them

FILLED = "is_filled"  # the attribute of a request whose form is shown with other values


def put(data: QueryDict, name: str, field: forms.Field, value: object) -> None:
    """Add what a browser would send of a field that shows a value; a field for files sends none."""
    # Without the links that the admin wraps around it. Any: the stubs know no parts of a MultiWidget.
    widget: Any = getattr(field.widget, "widget", field.widget)
    shown = field.prepare_value(value)
    if widget.needs_multipart_form:
        return
    if isinstance(widget, forms.MultiWidget):
        for number, part in enumerate(widget.decompress(shown) or ()):
            put_text(data, f"{name}_{number}", widget.widgets[number].format_value(part))
    elif isinstance(widget, forms.CheckboxInput):
        if shown:
            data[name] = "on"
    elif getattr(widget, "allow_multiple_selected", False):
        data.setlist(name, [str(one) for one in shown or []])
    else:
        formatted = widget.format_value(shown)
        if isinstance(formatted, list):  # a select
            formatted = formatted[0] if formatted else ""
        put_text(data, name, formatted)


def put_text(data: QueryDict, name: str, text: object) -> None:
    """Add the text of a box; nothing stands in an empty one."""
    data[name] = "" if text is None else str(text)


def data_of(fields: Mapping[str, forms.Field], row: "Model") -> QueryDict:
    """Return the data of a form that shows a row, stored or not."""
    data = QueryDict(mutable=True)
    values = forms.models.model_to_dict(row, fields=list(fields))
    for name, value in values.items():
        put(data, name, fields[name], value)
    return data


class _Filled(ModelForm):
    """A form that shows what it was filled with: it has no errors, and is not to be saved."""

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}  # of whichever fields

    def is_valid(self) -> bool:
        return False


class _FilledRows(BaseInlineFormSet):
    """The rows below such a form."""

    def full_clean(self) -> None:
        self._errors: list[ErrorDict] = [ErrorDict() for _form in self.forms]
        self._non_form_errors = ErrorList()

    def is_valid(self) -> bool:
        return False


class FillsForms(ModelAdmin):
    """A ModelAdmin whose change form can show something else than what is stored."""

    def filling(self, request: HttpRequest, obj: "Model | None") -> QueryDict | None:
        """Return what the form is to show, for somebody who may save it; None for what is stored, or for nothing."""
        return None

    def _filling(self, request: HttpRequest, object_id: str | None) -> QueryDict | None:
        if request.method != "GET":
            return None
        if object_id is None:
            return self.filling(request, None) if self.has_add_permission(request) else None
        obj = self.get_object(request, unquote(object_id))
        return self.filling(request, obj) if obj and self.has_change_permission(request, obj) else None

    def form_fields(self, request: HttpRequest, obj: "Model") -> dict[str, forms.Field]:
        """Return the fields of the form by name, without those that are read-only."""
        names = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=True, fields=names)
        return form.base_fields

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Show the filled form as one that was sent and not saved."""
        view = super()._changeform_view  # type: ignore[misc]  # private
        data = self._filling(request, object_id)
        if data is None:
            answer: HttpResponse = view(request, object_id, form_url, extra_context)
            return answer
        setattr(request, FILLED, True)
        data._mutable = False
        vars(request)["_files"] = MultiValueDict()  # else reading them later would read the data anew
        request.method, request.POST = "POST", data  # type: ignore[assignment]  # as a browser would send it
        try:
            answer = view(request, object_id, form_url, extra_context)
        finally:
            request.method = "GET"
        return answer

    def get_form(
        self, request: HttpRequest, obj: "Model | None" = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if not getattr(request, FILLED, False):
            return form
        return type(form.__name__, (_Filled, form), {"__module__": __name__})

    def get_formsets_with_inlines(self, request: HttpRequest, obj: "Model | None" = None) -> "Iterator[Any]":
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if getattr(request, FILLED, False):
                form = type(formset.form.__name__, (_Filled, formset.form), {"__module__": __name__})
                named = {"form": form, "__module__": __name__}
                yield type(formset.__name__, (_FilledRows, formset), named), inline
            else:
                yield formset, inline
