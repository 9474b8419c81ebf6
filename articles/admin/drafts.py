"""Drafts of people who may not publish, and slugs that fill themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.models.slugs import slug_from
from newsroom.editing.mine import NamesAuthors

from .publishing import PublishableAdmin


class OwnDrafts(NamesAuthors, PublishableAdmin):
    """A PublishableAdmin of rows with created_by: who may not publish changes own pieces, and sees what is public.

    Of a piece that is or was public they prepare changes only, which wait until an Editor publishes them.
    """

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":  # Any: of whichever model
        queryset = super().get_queryset(request)
        if self.may_publish(request):
            return queryset
        now, gone = timezone.now(), self.model.AfterExpiry.GONE
        public = Q(state=self.model.State.PUBLISHED, published_at__lte=now)
        public &= ~Q(expires_at__lte=now, after_expiry=gone)
        return queryset.filter(public | Q(created_by=request.user))

    # Any: a publishable row of whichever model, with created_by
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether somebody may change it: those who may not publish only what they have begun."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or self.may_publish(request):
            return True
        return bool(obj.created_by_id == request.user.pk)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        return {"language": site_language()} | super().get_changeform_initial_data(request)

    # Any: a publishable row of whichever model, with created_by
    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


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
