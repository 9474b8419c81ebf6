"""Two people on one form of the admin: whoever saves second is told, and decides (promise 6).

Each form carries a short hash of every field as it was loaded, also of the rows of its inlines. A form that would
overwrite what somebody has saved since is refused: it shows the stored values beside the typed ones, and carries the
hashes of what is stored now, so that saving once more overwrites on purpose.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.editing.readertext import apart, plain
from newsroom.editing.sentrows import without_gone_rows

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.forms import ModelForm
else:
    ModelAdmin = ModelForm = object  # for mixins: the classes that use them bring both

LOADED = "_loaded"  # the hidden field with the hashes
UPDATES = "updates"  # the attribute of a request with what others have changed
TOLD_ABOVE = "told_above"  # the code of an error that the page shows in a place of its own
Values = dict[str, dict[str, str]]  # what is compared: '' for the row itself, 'prefix-pk' for rows of inlines


@dataclass
class Difference:
    """One field, or one row of an inline, that somebody else has changed and that saving would change back."""

    label: str
    stored: str
    typed: str


@dataclass
class Conflict:
    """What somebody else has saved since a form was loaded."""

    differences: list[Difference] = field(default_factory=list)
    who: str = ""
    when: datetime | None = None


def hashed(values: Values) -> dict[str, dict[str, str]]:
    """Return the values in the short form that a page carries."""
    return {
        row: {name: hashlib.sha256(value.encode()).hexdigest()[:16] for name, value in fields.items()}
        for row, fields in values.items()
    }


def value_of(row: Model, name: str) -> str | None:
    """Return a field of a row as text; None where the model has no such field."""
    try:
        found = row._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if found.many_to_many:
        keys = getattr(row, name).values_list("pk", flat=True) if row.pk else []
        return ",".join(map(str, sorted(keys)))
    if not isinstance(found, Field):
        return None
    value = found.value_from_object(row)
    if isinstance(value, datetime):  # boxes show the site's time, without fractions of a second
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else found.value_to_string(row)


def values_of(row: Model, names: list[str]) -> dict[str, str]:
    """Return the fields of a row as texts, by name."""
    return {name: value for name in names if (value := value_of(row, name)) is not None}


class GuardsUpdates(ModelAdmin):
    """A ModelAdmin whose change form does not silently overwrite what somebody else has saved."""

    # Fields outside the form to compare as well: {name: the field of the form whose change it matters to, or ""}.
    guarded_fields: Mapping[str, str] = MappingProxyType({})

    def stored_values(self, request: HttpRequest, obj: Model) -> Values:
        """Return what the database holds of a row and its inlines, as far as the form can change it."""
        form = self.get_form(
            request, obj, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, obj))
        )
        fresh = self.get_object(request, str(obj.pk)) or obj  # a refused form has changed obj
        values = {"": values_of(fresh, [*form.base_fields, *self.guarded_fields])}
        prefixes: Counter[str] = Counter()
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            prefix = formset.get_default_prefix()
            prefixes[prefix] += 1
            if prefixes[prefix] > 1:  # as Django numbers them
                prefix = f"{prefix}-{prefixes[prefix]}"
            names = [name for name in formset.form.base_fields if name != formset.fk.name]
            for row in inline.get_queryset(request).filter(**{formset.fk.name: obj.pk}):
                values[f"{prefix}-{row.pk}"] = values_of(row, names)
        return values

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Compare before anything is saved, in the transaction of the form and under the lock of its row."""
        if request.method == "POST" and object_id is not None and LOADED in request.POST:
            self._compare(request, unquote(object_id))
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]  # private

    def _compare(self, request: HttpRequest, key: str) -> None:
        """Note on the request what others have changed since the form was loaded."""
        obj = self.get_object(request, key)
        if obj is None or not self.has_change_permission(request, obj):
            return
        self.model._default_manager.select_for_update().filter(pk=obj.pk).order_by().first()
        now = self.stored_values(request, obj)
        loaded = _read(request.POST[LOADED])
        changed = {
            row: {name for name, value in fields.items() if loaded.get(row, {}).get(name) != value}
            for row, fields in hashed(now).items()
            if row in loaded
        }
        changed = {row: names for row, names in changed.items() if names}
        updates = _Updates(now, changed, self.guarded_fields)
        setattr(request, UPDATES, updates)
        if loaded.keys() - now.keys() or changed.keys() - {""}:
            formsets, _inlines = self._create_formsets(request, obj, change=True)  # type: ignore[attr-defined]  # private
            updates.look_at_rows(formsets, request.POST, loaded.keys() - now.keys())
        # The stubs have the data of a request as it came in mind alone.
        request.POST = without_gone_rows(request.POST, now)  # type: ignore[assignment]

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        updates = getattr(request, UPDATES, None)
        if updates is None or not updates.is_any:
            return form
        return type(form.__name__, (_Refusing, form), {"updates": updates, "__module__": __name__})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give the page its hashes, and the stored and the typed values where the form was refused."""
        obj = context.get("original")
        if obj is not None and self.has_change_permission(request, obj):
            context["loaded_name"] = LOADED
            context["loaded"] = json.dumps(hashed(self.stored_values(request, obj)), separators=(",", ":"))
            updates = getattr(request, UPDATES, None)
            context["conflict"] = updates.conflict if updates else None
        return super().render_change_form(request, context, *args, **kwargs)


def _read(text: str) -> dict[str, dict[str, str]]:
    """Return the hashes that a page carried, or nothing where they are malformed."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {row: fields for row, fields in read.items() if isinstance(fields, dict)}


class _Refusing(ModelForm):
    """A form that is refused where saving it would overwrite what somebody else has saved."""

    updates: "_Updates"

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # private
        if self.updates.refuses(self):
            self.add_error(None, forms.ValidationError(_("Somebody has saved this."), code=TOLD_ABOVE))


class _Updates:
    """What others have saved since a form was loaded, and what of it the form would overwrite."""

    def __init__(self, now: Values, changed: dict[str, set[str]], beside: Mapping[str, str]) -> None:
        self.now, self.changed, self.beside = now, changed, beside
        self.rows: list[Difference] = []
        self.conflict: Conflict | None = None

    @property
    def is_any(self) -> bool:
        """Return whether somebody else has saved a change."""
        return bool(self.changed or self.rows)

    def look_at_rows(self, formsets: list[forms.BaseInlineFormSet], data: QueryDict, gone: set[str]) -> None:
        """Find the rows of inlines that others have changed or deleted and that the sent form would change back."""
        for formset in formsets:
            for sent in formset.forms:
                row = f"{formset.prefix}-{data.get(f'{sent.prefix}-id', '')}"
                if row in gone:
                    self.rows.append(Difference(_label(sent), _("(deleted)"), _words(sent, sent.fields)))
                elif row in self.changed and sent.has_changed():
                    self.rows.append(_row_difference(sent, self.changed[row], self.now[row]))
        self.rows = [one for one in self.rows if one.stored != one.typed]

    def refuses(self, form: forms.ModelForm) -> bool:
        """Find what the sent form would overwrite; return whether there is anything."""
        found = [*self._fields(form), *self.rows]
        if found:
            self.conflict = Conflict(found, *self._last_change(form.instance))
        return bool(found)

    def _fields(self, form: forms.ModelForm) -> list[Difference]:
        """Return the fields that others have changed and that the sent form would change back."""
        found = []
        for name in sorted(self.changed.get("", ()), key=list(self.now[""]).index):
            stored = self.now[""][name]
            if name in form.fields:
                if _typed(form, name) != stored:
                    found.append(_difference(form, name, stored))
            elif self.beside.get(name) in form.changed_data or (
                form.changed_data and not self.beside.get(name)
            ):
                label = form.instance._meta.get_field(name).verbose_name
                found.append(Difference(str(label), _choice(form.instance, name, stored), ""))
        return found

    def _last_change(self, obj: Model) -> tuple[str, datetime | None]:
        kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        entry = LogEntry.objects.filter(content_type=kind, object_id=obj.pk).select_related("user").first()
        return (entry.user.get_username(), entry.action_time) if entry else ("", None)


def _typed(form: forms.ModelForm, name: str) -> str | None:
    """Return what the form would store in a field, as text; None where the field itself was refused."""
    if name not in form.cleaned_data:
        return None
    value = form.cleaned_data[name]
    if form.instance._meta.get_field(name).many_to_many:
        return ",".join(str(key) for key in sorted(one.pk for one in value))
    return value_of(form.instance, name)


def _difference(form: forms.ModelForm, name: str, stored: str) -> Difference:
    model_field = form.instance._meta.get_field(name)
    typed = _typed(form, name)
    if model_field.is_relation:
        names = {
            str(row.pk): str(row) for row in _named(model_field.related_model, f"{stored},{typed or ''}")
        }
        shown = [
            ", ".join(names.get(key, key) for key in (text or "").split(",") if key)
            for text in (stored, typed)
        ]
        return Difference(str(form.fields[name].label), *shown)
    if typed is None:
        typed = str(form[name].value() or "")
    texts = [_choice(form.instance, name, text) for text in (stored, typed)]
    plainly = [plain(text) for text in texts]
    shown = texts if plainly[0] == plainly[1] else plainly
    return Difference(str(form.fields[name].label), *apart(*shown))


def _named(related: type[Model], keys: str) -> QuerySet[Model]:
    wanted = [key for key in keys.split(",") if key.isdigit()]
    return related._default_manager.filter(pk__in=wanted)


def _choice(row: Model, name: str, text: str) -> str:
    """Return the label of a choice, or the text itself."""
    choices = getattr(row._meta.get_field(name), "flatchoices", ())
    return str(dict(choices).get(text, text))


def _row_difference(sent: forms.ModelForm, names: set[str], now: dict[str, str]) -> Difference:
    sent.is_valid()
    ours = [name for name in sent.fields if name in names]
    stored = "\n".join(f"{sent.fields[name].label}: {plain(now[name])}" for name in ours)
    return Difference(_label(sent), stored, _words(sent, ours))


def _words(sent: forms.ModelForm, names: Iterable[str]) -> str:
    """Return the fields of a row as they were typed, a line each."""
    return "\n".join(
        f"{sent.fields[name].label}: {plain(str(sent[name].value() or ''))}"
        for name in names
        if not sent.fields[name].widget.is_hidden and name != "DELETE"
    )


def _label(sent: forms.ModelForm) -> str:
    return f"{sent.instance._meta.verbose_name} {sent.instance if sent.instance.pk else ''}".strip()
