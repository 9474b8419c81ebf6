"""Drafts of people who may not publish, and slugs that fill themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.models.slugs import slug_from

from .publishing import PublishableAdmin


class OwnDrafts(PublishableAdmin):
    """A PublishableAdmin of rows with created_by: who may not publish changes own drafts, and sees what is public."""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":  # Any: of whichever model
        queryset = super().get_queryset(request)
        if self.may_publish(request):
            return queryset
        public = Q(state=self.model.State.PUBLISHED, published_at__lte=timezone.now())
        return queryset.filter(public | Q(created_by=request.user))

    # Any: a publishable row of whichever model, with created_by
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether somebody may change it: those who may not publish only their own drafts."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or self.may_publish(request):
            return True
        return bool(obj.created_by_id == request.user.pk and obj.state == self.model.State.DRAFT)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        languages = dict(settings.LANGUAGES)
        code = settings.LANGUAGE_CODE
        language = code if code in languages else code.split("-")[0]
        return {
            "language": language if language in languages else "en"
        } | super().get_changeform_initial_data(request)

    # Any: a publishable row of whichever model, with created_by
    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class FillsSlug(forms.ModelForm):
    """A form whose empty slug is filled from the title, with a number behind it where it is taken."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:  # Any: values of fields of all types
        data = super().clean() or self.cleaned_data
        if "slug" in self.fields and not data.get("slug") and "slug" not in self.errors and data.get("title"):
            data["slug"] = self._free_slug(data["title"])
        return data

    def _free_slug(self, title: str) -> str:
        rows = self._meta.model.objects.exclude(pk=self.instance.pk)
        base = slug_from(title)
        slug, number = base, 2
        while rows.filter(slug__iexact=slug).exists():
            slug, number = f"{base}-{number}", number + 1
        return slug
