"""The fields that rich text is stored in and edited through; both clean it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .editor import RichTextWidget
from .limits import is_too_long, problem_of_size
from .sanitiser import problem_of, sanitise


class RichTextFormField(forms.CharField):
    """A box for rich text whose content is sanitised on its way in and on its way out."""

    widget = RichTextWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = RichTextWidget()  # the admin would put a plain box here
        super().__init__(**kwargs)

    def clean(self, value: object) -> str:
        """Return the text as it may be stored, or say what is too much of it."""
        if isinstance(value, str) and is_too_long(value):  # before it is cleaned, which takes seconds then
            shown = _("The box below shows it with its mark-up, so that nothing of it is lost.")
            raise ValidationError(f"{problem_of_size(value)} {shown}", code="too_much")
        problem = problem_of(value)
        if problem:
            raise ValidationError(problem, code="too_much")
        return super().clean(sanitise(value))

    def prepare_value(self, value: object) -> object:
        """Return what the editor gets to edit; what is too long for it is shown as it was sent, in a plain box."""
        return sanitise(value) if isinstance(value, str) and not is_too_long(value) else value


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
