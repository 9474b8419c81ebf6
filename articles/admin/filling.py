"""What a form fills in by itself: an empty slug from the title, and the language of a new piece."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from articles.models.slugs import slug_from


class FillsSlug(forms.ModelForm):
    """A form of what needs a title and nothing else: an empty slug is filled from it, the language is the site's own."""

    title_field, slug_field = "title", "slug"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {self.slug_field, "language"} & self.fields.keys():
            self.fields[name].required = False

    def clean_language(self) -> str:
        """Return the chosen language, or the one that a new piece has."""
        chosen: str = self.cleaned_data["language"]
        return chosen or self.instance.language or site_language()

    def clean(self) -> dict[str, Any]:  # Any: values of fields of all types
        data = super().clean() or self.cleaned_data
        name = self.slug_field
        title = data.get(self.title_field) or self.initial.get(name)
        if name in self.fields and not data.get(name) and name not in self.errors and title:
            data[name] = self._free_slug(title)
        return data

    def _free_slug(self, title: str) -> str:
        """Return a slug of the title that no other row has, and no page of the site itself."""
        model = self._meta.model
        rows, field = (
            model._default_manager.exclude(pk=self.instance.pk),
            model._meta.get_field(self.slug_field),
        )
        base = slug_from(title)
        slug, number = base, 2
        while rows.filter(**{f"{self.slug_field}__iexact": slug}).exists() or _is_refused(field, slug):
            slug, number = f"{base}-{number}", number + 1
        return slug


def _is_refused(field: Any, slug: str) -> bool:  # Any: of whichever model
    try:
        field.run_validators(slug)
    except ValidationError:
        return True
    return False


def site_language() -> str:
    """Return the language that a new piece is written in."""
    languages, code = dict(settings.LANGUAGES), settings.LANGUAGE_CODE
    language = code if code in languages else code.split("-")[0]
    return language if language in languages else "en"
