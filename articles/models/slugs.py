"""Slugs in any script: unique without regard to case, never digits only, never two spellings of one."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.db import models
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


def validate_slug(value) -> None:
    """Raise ValidationError for anything that could not stand between two slashes, or reads as a year."""
    if value.isdecimal():
        raise ValidationError(_("Use at least one letter: an address of digits alone is an archive."))
    bare = "".join(c for c in value if unicodedata.category(c) not in {"Mn", "Mc"})
    validate_unicode_slug(bare or "?")


def slug_from(text: str, max_length=100):
    """Return a slug for the text that keeps letters and marks of every script."""
    text = unicodedata.normalize("NFC", text).lower()
    latin = slugify(text, allow_unicode=True)
    if any(unicodedata.category(c) in {"Mn", "Mc"} for c in text):
        kept = "".join(c if c.isalnum() or unicodedata.category(c) in {"Mn", "Mc"} else "-" for c in text)
        latin = "-".join(part for part in kept.split("-") if part)
    slug = latin[:max_length].strip("-_")
    return f"n-{slug}" if not slug or slug.isdecimal() else slug


class SlugField(models.CharField):
    """A slug in Unicode's composed form (NFC)."""

    default_validators = [validate_slug]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        return self.to_python(super().get_prep_value(value))


def unique_slug(model_name: str):
    """Return the constraint that keeps slugs unique without regard to case."""
    return _unique(model_name, "slug", _("Another one has this address already. Change the slug a little."))


def unique_name(model_name: str, field="name"):
    """Return the constraint that keeps names unique without regard to case."""
    return _unique(model_name, field, _("Another one has this name already."))


def unique_name_within(model_name: str, owner, field="name"):
    """Return the constraint that keeps names unique within their owner, without regard to case."""
    return models.UniqueConstraint(
        owner,
        Lower(field),
        name=f"{model_name}_{field}_unique",
        violation_error_message=_("This one is there already."),
    )


def _unique(model_name: str, field, message: str):
    return models.UniqueConstraint(
        Lower(field), name=f"{model_name}_{field}_unique", violation_error_message=message
    )
