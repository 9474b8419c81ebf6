"""The fields that rich text is stored in and edited through; both clean it."""

from django import forms
from django.db import models

from .editor import RichTextWidget
from .sanitiser import sanitise


class RichTextFormField(forms.CharField):
    """A box for rich text whose content is sanitised on its way in and on its way out."""

    widget = RichTextWidget

    def __init__(self, **kwargs):
        kwargs["widget"] = RichTextWidget()  # the admin would put a plain box here
        super().__init__(**kwargs)

    def clean(self, value):
        return super().clean(sanitise(value))

    def prepare_value(self, value):
        return sanitise(value) if isinstance(value, str) else value


class RichTextField(models.TextField):
    """Sanitised HTML; its name ends in _html."""

    def pre_save(self, model_instance, add):
        value = sanitise(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        return super().formfield(**{**kwargs, "form_class": RichTextFormField})
