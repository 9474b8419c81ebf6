"""Drafts of people who may not publish: they change what they have begun, and see what is public."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from newsroom.editing.mine import NamesAuthors

from .filling import site_language
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
