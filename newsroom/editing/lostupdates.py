"""Two people on one form of the admin: whoever saves second is told, and decides (promise 6).

Each form carries a short hash of every field as it was loaded, also of the rows of its inlines. What only one of two
people has changed is merged (merging.py). A form that would overwrite what somebody has saved since is refused: it shows
the stored values beside the typed ones, and carries the hashes of what is stored now, so that saving once more decides.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from newsroom.editing import differences, merging
from newsroom.editing.differences import Conflict, Difference, label, words
from newsroom.editing.sentrows import without_gone_rows
from newsroom.editing.values import Values, hashed, values_of

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.forms import BaseModelFormSet, ModelForm
else:
    ModelAdmin = ModelForm = object  # for mixins: the classes that use them bring both

NOT_SHOWN: Mapping[str, "BaseModelFormSet"] = MappingProxyType({})
LOADED = "_loaded"  # the hidden field with the hashes
UPDATES = "updates"  # the attribute of a request with what others have changed
TOLD_ABOVE = "told_above"  # the code of an error that the page shows in a place of its own
THEIRS = "_theirs"  # the boxes of a refused form that say where the stored value is to stay


class GuardsUpdates(ModelAdmin):
    """A ModelAdmin whose change form does not silently overwrite what somebody else has saved."""

    # Fields outside the form to compare as well: {name: the field of the form whose change it matters to, or ""}.
    guarded_fields: Mapping[str, str] = MappingProxyType({})

    def guards(self, request: HttpRequest) -> Mapping[str, str]:
        """Return what of guarded_fields matters to the person who asks."""
        return self.guarded_fields

    def stored_values(
        self, request: HttpRequest, obj: Model, shown: Mapping[str, "BaseModelFormSet"] = NOT_SHOWN
    ) -> Values:
        """Return what the database holds of a row and its inlines, as far as the form can change it.

        Formsets that are shown as they were loaded have read their rows already.
        """
        form = self.get_form(
            request, obj, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, obj))
        )
        fresh = self.get_object(request, str(obj.pk)) or obj  # a refused form has changed obj
        values = {"": values_of(fresh, [*form.base_fields, *self.guards(request)])}
        prefixes: Counter[str] = Counter()
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            prefix = formset.get_default_prefix()
            prefixes[prefix] += 1
            if prefixes[prefix] > 1:  # as Django numbers them
                prefix = f"{prefix}-{prefixes[prefix]}"
            names = [name for name in formset.form.base_fields if name != formset.fk.name]
            rows = inline.get_queryset(request).filter(**{formset.fk.name: obj.pk})
            for row in shown[prefix].get_queryset() if prefix in shown else rows:
                values[f"{prefix}-{row.pk}"] = values_of(row, names)
        return values

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Compare before anything is saved, in the transaction of the form and under the lock of its row."""
        if request.method == "POST" and object_id is not None and LOADED in request.POST:
            self._compare(request, unquote(object_id))
        elif request.method == "GET" and object_id is not None:
            self._read_relations(self.get_object(request, unquote(object_id)))
        response: HttpResponse = super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]  # private
        updates = getattr(request, UPDATES, None)
        if response.status_code == 302 and updates and updates.merged:
            self.message_user(request, updates.told_merged(_("Saved together with yours:")), messages.INFO)
        return response

    def _read_relations(self, obj: Model | None) -> None:
        """Read once what the form and its hashes show of the rows that a row is related to."""
        if obj is not None:
            prefetch_related_objects([obj], *(field.name for field in obj._meta.many_to_many))

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
        updates = _Updates(now, changed, self.guards(request))
        gone = loaded.keys() - now.keys()
        sent = merging.Sent(self, request, obj, loaded)
        if changed or gone or THEIRS in request.POST:
            updates.merged = sent.merge(changed, set(request.POST.getlist(THEIRS)))
            updates.who = self._last_change(obj)
            request.POST = sent.data  # type: ignore[assignment]  # as above
        setattr(request, UPDATES, updates)
        if gone or changed.keys() - {""}:
            formsets, _inlines = self._create_formsets(request, obj, change=True)  # type: ignore[attr-defined]  # private
            edited = {row for row in gone if sent.is_edited(row, formsets)}
            updates.look_at_rows(formsets, request.POST, edited)
            updates.merged += [_("what was deleted")] if gone - edited else []
        # The stubs have the data of a request as it came in mind alone.
        request.POST = without_gone_rows(request.POST, now)  # type: ignore[assignment]

    def _last_change(self, obj: Model) -> tuple[str, datetime | None]:
        kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        entry = LogEntry.objects.filter(content_type=kind, object_id=obj.pk).select_related("user").first()
        return (entry.user.get_username(), entry.action_time) if entry else ("", None)

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
            formsets = (one.formset for one in context.get("inline_admin_formsets", ()))
            shown = {one.prefix: one for one in formsets if not one.is_bound}
            values = self.stored_values(request, obj, shown)
            context["loaded"] = json.dumps(hashed(values), separators=(",", ":"))
            updates = getattr(request, UPDATES, None)
            context["conflict"] = updates.conflict if updates else None
            context["merged"] = updates.told_merged(_("Taken over:")) if updates and updates.merged else ""
            context["theirs_name"] = THEIRS
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
        self.merged: list[str] = []  # labels of what only the others have changed
        self.who: tuple[str, datetime | None] = ("", None)
        self.conflict: Conflict | None = None

    @property
    def is_any(self) -> bool:
        """Return whether somebody else has saved a change."""
        return bool(self.changed or self.rows)

    def told_merged(self, what: str) -> str:
        """Return a sentence about what the others alone have changed."""
        said = (
            _("While you had this open, %(who)s changed something else.")
            if self.who[0]
            else _("While you had this open, something else was changed.")
        )
        return f"{said % {'who': self.who[0]}} {what} {get_text_list(self.merged, _('and'))}."

    def look_at_rows(self, formsets: list[forms.BaseInlineFormSet], data: QueryDict, gone: set[str]) -> None:
        """Find the rows of inlines that others have changed or deleted and that the sent form would change back."""
        for formset in formsets:
            for sent in formset.forms:
                row = f"{formset.prefix}-{data.get(f'{sent.prefix}-id', '')}"
                if row in gone:
                    self.rows.append(Difference(label(sent), _("(deleted)"), words(sent, sent.fields)))
                elif row in self.changed and f"{sent.prefix}-DELETE" in data:
                    stored = words(sent, sent.fields, self.now[row])
                    self.rows.append(Difference(label(sent), stored, _("(deleted)"), row))
                elif row in self.changed and sent.has_changed():
                    self.rows.append(differences.row_difference(sent, self.changed[row], self.now[row], row))
        self.rows = [one for one in self.rows if one.stored != one.typed]

    def refuses(self, form: forms.ModelForm) -> bool:
        """Find what the sent form would overwrite; return whether there is anything."""
        found = [*self._fields(form), *self.rows]
        if found:
            self.conflict = Conflict(found, *self.who)
        return bool(found)

    def _fields(self, form: forms.ModelForm) -> list[Difference]:
        """Return the fields that others have changed and that the sent form would change back."""
        found = []
        for name in sorted(self.changed.get("", ()), key=list(self.now[""]).index):
            stored = self.now[""][name]
            if name in form.fields:
                if differences.typed(form, name) != stored:
                    found.append(differences.difference(form, name, stored))
            elif self.beside.get(name) in form.changed_data or (
                form.changed_data and not self.beside.get(name)
            ):
                label = form.instance._meta.get_field(name).verbose_name
                found.append(Difference(str(label), differences.choice(form.instance, name, stored), ""))
        return found
