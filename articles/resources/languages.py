"""The languages that a document can be had in: a column of codes, and the boxes to tick in a form."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def in_order(codes):
    """Return codes as they are stored: each once, in the order of the site's languages, spaces between."""
    wanted = set(codes)
    return " ".join(code for code, _name in settings.LANGUAGES if code in wanted)


def names_of(codes):
    """Return the names of stored codes, each in its own language."""
    names = dict(settings.LANGUAGES)
    return [names.get(code, code) for code in codes.split()]


def validate_languages(codes) -> None:
    """Raise ValidationError for codes that the site does not know, or in another order than stored."""
    if codes != in_order(codes.split()):
        raise ValidationError(_("Name languages of the site by their codes, in their order."))


class LanguagesFormField(forms.MultipleChoiceField):
    """Boxes to tick, whose value is a string of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": settings.LANGUAGES} | kwargs)

    def prepare_value(self, value):
        return value.split() if isinstance(value, str) else value

    def clean(self, value):
        return in_order(super().clean(value))

    def has_changed(self, initial, data) -> bool:
        return (initial or "") != in_order(data or [])
