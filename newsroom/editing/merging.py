"""Two people on one form who changed different things: both are kept, field by field, and rows below by their keys."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, QueryDict

from newsroom.editing.formdata import data_of
from newsroom.editing.values import hash_of, value_of

if TYPE_CHECKING:
    from django import forms
    from django.contrib.admin import ModelAdmin

    type Fields = Mapping[str, forms.Field]


class Sent:
    """The data of a form beside the hashes that it was loaded with."""

    def __init__(
        self,
        model_admin: "ModelAdmin[Any]",
        request: HttpRequest,
        stored: Model,
        loaded: dict[str, dict[str, str]],
    ) -> None:
        self.admin, self.request, self.stored, self.loaded = model_admin, request, stored, loaded
        self.data: QueryDict = request.POST.copy()

    def merge(self, changed: Mapping[str, set[str]], theirs: Collection[str]) -> list[str]:
        """Put into the data what others alone have changed, and what is to stay as it is stored; return the labels."""
        names = flatten_fieldsets(self.admin.get_fieldsets(self.request, self.stored))
        fields = self.admin.get_form(self.request, self.stored, change=True, fields=names).base_fields
        found = self._take("", fields, self.stored, "", changed.get("", set()), theirs)
        prefixes: Counter[str] = Counter()
        for formset, inline in self.admin.get_formsets_with_inlines(self.request, self.stored):
            prefix = formset.get_default_prefix()
            prefixes[prefix] += 1
            prefix = prefix if prefixes[prefix] == 1 else f"{prefix}-{prefixes[prefix]}"
            rows = {
                f"{prefix}-{row.pk}": row
                for row in inline.get_queryset(self.request).filter(**{formset.fk.name: self.stored.pk})
            }
            below = {name: one for name, one in formset.form.base_fields.items() if name != formset.fk.name}
            for number in range(len(rows) + len(self.loaded)):
                key = f"{prefix}-{self.data.get(f'{prefix}-{number}-id', '')}"
                if key in rows and (key in changed or key in theirs):
                    found += self._row(f"{prefix}-{number}-", below, rows[key], key, changed, theirs)
        return found

    def _row(
        self,
        before: str,
        fields: "Fields",
        row: Model,
        key: str,
        changed: Mapping[str, set[str]],
        theirs: Collection[str],
    ) -> list[str]:
        names = set(fields) if key in theirs else changed.get(key, set())
        if key in theirs:
            self.data.pop(f"{before}DELETE", None)
        taken = self._take(before, fields, row, key, names, names if key in theirs else ())
        return [f"{row._meta.verbose_name} {row}"] if taken else []

    def _take(
        self,
        before: str,
        fields: "Fields",
        row: Model,
        key: str,
        names: Collection[str],
        theirs: Collection[str],
    ) -> list[str]:
        """Replace fields whose sender has not changed them, and those to be taken; return their labels."""
        found = []
        for name, field in fields.items():
            if name not in theirs and (name not in names or self._is_changed(before, name, field, row, key)):
                continue
            if name not in theirs:
                found.append(str(field.label))
            for sent in [one for one in self.data if one == before + name or _is_part(one, before + name)]:
                del self.data[sent]
            for part, values in data_of({name: field}, row).lists():
                self.data.setlist(f"{before}{part}", values)
        return found

    def is_edited(self, key: str, formsets: "Iterable[forms.BaseInlineFormSet]") -> bool:
        """Return whether the sender has changed a row below the form that somebody else has deleted."""
        for formset in formsets:
            for sent in formset.forms:
                if f"{formset.prefix}-{self.data.get(f'{sent.prefix}-id', '')}" == key:
                    empty = type(sent.instance)()
                    return any(
                        self._is_changed(f"{sent.prefix}-", name, field, empty, key)
                        for name, field in sent.fields.items()
                        if name in self.loaded.get(key, {})
                    )
        return False

    def _is_changed(self, before: str, name: str, field: "forms.Field", row: Model, key: str) -> bool:
        """Return whether a field was sent with another value than it was loaded with."""
        value = field.widget.value_from_datadict(self.data, self.request.FILES, f"{before}{name}")
        try:
            cleaned = field.clean(value)
        except ValidationError:
            return True
        if row._meta.get_field(name).many_to_many:
            text = ",".join(str(pk) for pk in sorted(one.pk for one in cleaned))
        else:
            copy = type(row)()
            setattr(copy, name, cleaned)
            text = value_of(copy, name) or ""
        return hash_of(text) != self.loaded.get(key, {}).get(name)


def _is_part(sent: str, name: str) -> bool:
    """Return whether a name is that of a box of a field with several."""
    return sent.startswith(f"{name}_") and sent.removeprefix(f"{name}_").isdigit()
