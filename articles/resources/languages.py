"""The languages in which a document is available: a column of codes, and checkboxes in a form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def in_order(codes: Iterable[str]) -> str:
    """Return codes as they are stored: separated by spaces, each once, in the order of settings.LANGUAGES."""
    wanted = set(codes)
    return " ".join(code for code, _name in settings.LANGUAGES if code in wanted)


def names_of(codes: str) -> list[str]:
    """Return the names of stored codes, each in its own language."""
    names = dict(settings.LANGUAGES)
    return [names.get(code, code) for code in codes.split()]


def validate_languages(codes: str) -> None:
    """Raise ValidationError for codes that the site doesn't know, or that are not as in_order() returns them."""
    if codes != in_order(codes.split()):
        raise ValidationError(_("Name languages of the site by their codes, in their order."))


class LanguagesFormField(forms.MultipleChoiceField):
    """Checkboxes whose value is a string of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": settings.LANGUAGES} | kwargs)

    def prepare_value(self, value: object) -> object:
        return value.split() if isinstance(value, str) else value

    def clean(self, value: object) -> str:
        return in_order(super().clean(value))

    # A field of many choices has lists; the value of this one is text.
    def has_changed(self, initial: str | None, data: Iterable[str] | None) -> bool:  # type: ignore[override]
        return (initial or "") != in_order(data or [])
