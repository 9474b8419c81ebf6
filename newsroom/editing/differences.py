"""What a form would overwrite, in words: the stored and the typed text of each field, or of each row below it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.db.models import Model, QuerySet

from newsroom.editing.readertext import apart, plain
from newsroom.editing.values import value_of
from newsroom.editing.worddiff import ComparedLine, compared, plain_lines


@dataclass
class Difference:
    """One field, or one row of an inline, that somebody else has changed and that saving would change back."""

    label: str
    stored: str
    typed: str
    key: str = ""  # what a box of THEIRS says: a field, or 'prefix-pk'; none where there is nothing to take

    @property
    def lines(self) -> list[ComparedLine]:
        """Return both texts by word."""
        return compared(plain_lines(self.stored), plain_lines(self.typed))


@dataclass
class Conflict:
    """What somebody else has saved since a form was loaded."""

    differences: list[Difference] = field(default_factory=list)
    who: str = ""
    when: datetime | None = None


def typed(form: forms.ModelForm, name: str) -> str | None:
    """Return what the form would store in a field, as text; None where the field itself was refused."""
    if name not in form.cleaned_data:
        return None
    value = form.cleaned_data[name]
    if form.instance._meta.get_field(name).many_to_many:
        return ",".join(str(key) for key in sorted(one.pk for one in value))
    return value_of(form.instance, name)


def difference(form: forms.ModelForm, name: str, stored: str) -> Difference:
    """Return the stored and the typed text of a field, relations by name."""
    model_field = form.instance._meta.get_field(name)
    sent = typed(form, name)
    if model_field.is_relation:
        names = {str(row.pk): str(row) for row in _named(model_field.related_model, f"{stored},{sent or ''}")}
        shown = [
            ", ".join(names.get(key, key) for key in (text or "").split(",") if key)
            for text in (stored, sent)
        ]
        return Difference(str(form.fields[name].label), shown[0], shown[1], name)
    if sent is None:
        sent = str(form[name].value() or "")
    texts = [choice(form.instance, name, text) for text in (stored, sent)]
    plainly = [plain(text) for text in texts]
    shown = texts if plainly[0] == plainly[1] else plainly
    return Difference(str(form.fields[name].label), *apart(*shown), key=name)


def _named(related: type[Model], keys: str) -> QuerySet[Model]:
    wanted = [key for key in keys.split(",") if key.isdigit()]
    return related._default_manager.filter(pk__in=wanted)


def choice(row: Model, name: str, text: str) -> str:
    """Return the label of a choice, or the text itself."""
    choices = getattr(row._meta.get_field(name), "flatchoices", ())
    return str(dict(choices).get(text, text))


def row_difference(sent: forms.ModelForm, names: set[str], now: dict[str, str], row: str) -> Difference:
    """Return the stored and the typed text of the named fields of a row."""
    sent.is_valid()
    ours = [name for name in sent.fields if name in names]
    return Difference(label(sent), words(sent, ours, now), words(sent, ours), row)


def words(sent: forms.ModelForm, names: Iterable[str], stored: dict[str, str] | None = None) -> str:
    """Return the fields of a row as they were typed, or as they are stored, a line each."""
    return "\n".join(
        f"{sent.fields[name].label}: {plain(str((stored.get(name) if stored else sent[name].value()) or ''))}"
        for name in names
        if not sent.fields[name].widget.is_hidden and name != "DELETE"
    )


def label(sent: forms.ModelForm) -> str:
    """Return what a row is called."""
    return f"{sent.instance._meta.verbose_name} {sent.instance if sent.instance.pk else ''}".strip()
