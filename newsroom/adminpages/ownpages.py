"""What the dialog of links finds: our own pages, by words of their titles."""

from collections.abc import Iterator
from typing import Any, TypedDict

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Model, Q, TextField, Value, When
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsroom.offers import offered
from newsroom.richtext.pictures import rich_text_fields

SHOWN = 8
LONGEST = 200  # characters of what is looked for


class Told(TypedDict):
    """What the dialog shows of a page; the state is empty where visitors read it as any other."""

    title: str
    path: str
    kind: str
    state: str


@require_POST
def own_pages(request: HttpRequest) -> JsonResponse:
    """Return the pages with the words of q in their titles; by POST, so that no title is in a log."""
    if not any(_may_write(request, model) for model in admin.site._registry):
        raise PermissionDenied
    sought = " ".join(
        request.POST.get("q", "")[:LONGEST].replace("\0", " ").split()
    )  # PostgreSQL refuses NUL
    rows = list(_found(request, sought)) if sought else []
    rows.sort(key=lambda row: (row.nearness, -row.updated_at.timestamp()))
    return JsonResponse({"found": [_told(row) for row in rows[:SHOWN]]})


def _may_write(request: HttpRequest, model: type[Model]) -> bool:
    """Return whether somebody may write a text into rows of a model."""
    if not rich_text_fields(model):
        return False
    model_admin = admin.site.get_model_admin(model)
    return model_admin.has_add_permission(request) or model_admin.has_change_permission(request)


def _found(request: HttpRequest, sought: str) -> Iterator[Any]:  # Any: rows of whichever model
    """Yield the nearest rows of each model that apps offer, in one query each."""
    for model, name in offered("linkable"):
        nearness = Case(
            When(Q(**{f"{name}__iexact": sought}), then=Value(0)),
            When(Q(**{f"{name}__istartswith": sought}), then=Value(1)),
            default=Value(2),
        )
        rows = _seen(request, model).filter(*(_holds(name, word) for word in sought.split()))
        texts = [field.name for field in model._meta.concrete_fields if isinstance(field, TextField)]
        nearest = rows.annotate(nearness=nearness).order_by("nearness", "-updated_at", "pk")
        yield from nearest.defer(*texts)[:SHOWN]


def _seen(request: HttpRequest, model: type[Model]) -> Any:  # Any: rows of whichever model
    """Return what visitors can read, and what may come to that of what the list would show to the person."""
    model_admin = admin.site.get_model_admin(model)
    if model_admin.has_view_permission(request):
        rows: Any = model_admin.get_queryset(request)
        return rows.to_link_to() if hasattr(rows, "to_link_to") else rows
    rows = model._default_manager.all()
    return rows.readable() if hasattr(rows, "readable") else rows


def _holds(name: str, word: str) -> Q:
    """Return the condition that a field holds a word in whichever case: SQLite knows that of ASCII alone."""
    forms = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    found = Q()
    for form in sorted(forms):
        found |= Q(**{f"{name}__icontains": form})
    return found


def _told(row: Any) -> Told:  # Any: a row of whichever model
    return Told(
        title=str(row), path=row.get_absolute_url(), kind=str(row._meta.verbose_name), state=_state_of(row)
    )


def _state_of(row: Any) -> str:  # Any: a row of whichever model
    if not hasattr(row, "is_public"):
        return ""
    if row.is_public:
        return _("archived") if row.has_expired else ""
    return _("scheduled") if row.is_scheduled else str(row.get_state_display())
