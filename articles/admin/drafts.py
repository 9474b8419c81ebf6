"""Drafts of people who may not publish: theirs to change until somebody publishes them."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from articles.models.slugs import slug_from


class OwnDrafts:
    """A PublishableAdmin of rows with created_by: a writer changes own drafts, and reads what is public."""

    def get_queryset(self, request: HttpRequest):
        queryset = super().get_queryset(request)
        if self.may_publish(request):
            return queryset
        public = Q(state=self.model.State.PUBLISHED, published_at__lte=timezone.now())
        return queryset.filter(public | Q(created_by=request.user))

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """A writer's change reaches own drafts, never what was published."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or self.may_publish(request):
            return True
        return obj.created_by_id == request.user.pk and obj.state == self.model.State.DRAFT

    def get_changeform_initial_data(self, request: HttpRequest):
        languages = dict(settings.LANGUAGES)
        code = settings.LANGUAGE_CODE
        language = code if code in languages else code.split("-")[0]
        return {
            "language": language if language in languages else "en"
        } | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class FillsSlug:
    """A form whose slug fills itself from the title, and is free."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self):
        data = super().clean()
        if "slug" in self.fields and not data.get("slug") and "slug" not in self.errors and data.get("title"):
            data["slug"] = self._free_slug(data["title"])
        return data

    def _free_slug(self, title: str):
        rows = self._meta.model.objects.exclude(pk=self.instance.pk)
        base = slug_from(title)
        slug, number = base, 2
        while rows.filter(slug__iexact=slug).exists():
            slug, number = f"{base}-{number}", number + 1
        return slug
