"""The fields that rich text is stored in and edited through; both clean it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from .editor import RichTextWidget
from .sanitiser import problem_of, sanitise


class RichTextFormField(forms.CharField):
    """A box for rich text whose content is sanitised on its way in and on its way out."""

    widget = RichTextWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = RichTextWidget()  # the admin would put a plain box here
        super().__init__(**kwargs)

    def clean(self, value: object) -> str:
        """Return the text as it may be stored, or say what is too much of it."""
        problem = problem_of(value)
        if problem:
            raise ValidationError(problem, code="too_much")
        return super().clean(sanitise(value))

    def prepare_value(self, value: object) -> object:
        """Return what the editor gets to edit."""
        return sanitise(value) if isinstance(value, str) else value


class RichTextField(models.TextField):
    """Sanitised HTML; its name ends in _html."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the text as it is stored, whoever wrote it."""
        value = sanitise(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> Any:
        """Return the box that cleans what it gets."""
        return super().formfield(**{**kwargs, "form_class": RichTextFormField})
