"""The boxes of the admin that choose rows: they offer the rows that a person may see, and refuse others in words."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.admin.options import BaseModelAdmin
    from django.contrib.admin.widgets import AutocompleteMixin
    from django.db.models import ForeignKey, ManyToManyField
else:
    BaseModelAdmin = AutocompleteMixin = object  # for mixins: the classes that use them bring both

LONGEST_KEY = 18  # digits: a longer number may be more than a database holds


def is_key(value: object) -> bool:
    """Return whether a text can be the key of a row; databases raise an error for one that can't."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY


class _Forgiving(AutocompleteMixin):
    """A box that ignores posted ids that are no number; Django's would break on them."""

    def optgroups(self, name: str, value: Iterable[str], attr: dict[str, Any] | None = None) -> list[Any]:
        return super().optgroups(name, [one for one in value if is_key(one)], attr)


class _One(_Forgiving, AutocompleteSelect):
    pass


class ManyAutocomplete(_Forgiving, AutocompleteSelectMultiple):
    """Several rows that a relation can name, found as one types."""


class ManyField(forms.ModelMultipleChoiceField):
    """Any number of rows; a number that no database holds is an invalid choice, where Django would break on it."""

    def clean(self, value: Iterable[object] | None) -> QuerySet[Model]:
        for one in value or []:
            if not is_key(one):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": one}
                )
        return super().clean(value)


def rows_seen_by(request: HttpRequest, model: type[Model], site: AdminSite) -> QuerySet[Model] | None:
    """Return the rows of a model that a person sees in the admin; None where that is all of them."""
    related = site._registry.get(model)
    if related is None:
        return None
    if not related.has_view_permission(request):
        return model._default_manager.none()
    found = related.get_queryset(request)
    return found if found.query.where else None


class ForgivingAutocomplete(BaseModelAdmin):
    """A ModelAdmin whose boxes offer only rows that the person may see, and answer a crafted id with a message."""

    def formfield_for_foreignkey(self, db_field: "ForeignKey", request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", _One(db_field, self.admin_site))
        self._offer_what_is_seen(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField", request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ManyAutocomplete(db_field, self.admin_site))
        kwargs.setdefault("form_class", ManyField)
        self._offer_what_is_seen(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _offer_what_is_seen(
        self, db_field: "ForeignKey | ManyToManyField", request: HttpRequest, kwargs: dict[str, Any]
    ) -> None:
        """Restrict a box to the rows that the person sees and those that are chosen already."""
        model = db_field.related_model
        seen = rows_seen_by(request, model, self.admin_site)
        if seen is None or "queryset" in kwargs:
            return
        allowed = Q(pk__in=seen.order_by().values("pk"))
        key = getattr(request.resolver_match, "kwargs", {}).get("object_id", "")
        if is_key(key) and not hasattr(self, "parent_model"):
            allowed |= Q(pk__in=self.model._default_manager.filter(pk=key).values(db_field.name))
        kwargs["queryset"] = model._default_manager.filter(allowed)
