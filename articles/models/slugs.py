"""Slugs in any script: unique regardless of case, never digits alone, in one Unicode form."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.db import models
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def validate_slug(value: str) -> None:
    """Raise ValidationError for a text that can't be one segment of a path, or that consists of digits alone."""
    if value.isdecimal():
        raise ValidationError(_("Use at least one letter: an address of digits alone is an archive."))
    bare = "".join(c for c in value if unicodedata.category(c) not in {"Mn", "Mc"})
    validate_unicode_slug(bare or "?")


def slug_from(text: str, max_length: int = 100) -> str:
    """Return a slug of the text; letters and marks of every script stay."""
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

    def to_python(self, value: object) -> str | None:
        text = super().to_python(value)
        return unicodedata.normalize("NFC", text) if isinstance(text, str) else None

    def get_prep_value(self, value: object) -> str | None:
        return self.to_python(super().get_prep_value(value))


def unique_slug(model_name: str) -> models.UniqueConstraint:
    """Return a constraint that keeps slugs unique regardless of case."""
    return _unique(model_name, "slug", _("Another one has this address already. Change the slug a little."))


def unique_name(model_name: str, field: str = "name") -> models.UniqueConstraint:
    """Return a constraint that keeps names unique regardless of case."""
    return _unique(model_name, field, _("Another one has this name already."))


def unique_name_within(model_name: str, owner: str, field: str = "name") -> models.UniqueConstraint:
    """Return a constraint that keeps names unique among the rows of one owner, regardless of case."""
    return models.UniqueConstraint(
        owner,
        Lower(field),
        name=f"{model_name}_{field}_unique",
        violation_error_message=_("This one is there already."),
    )


def _unique(model_name: str, field: str, message: "StrPromise") -> models.UniqueConstraint:
    return models.UniqueConstraint(
        Lower(field), name=f"{model_name}_{field}_unique", violation_error_message=message
    )
