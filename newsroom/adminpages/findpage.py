"""The admin page that finds everything that a person may open there: one search over all of its lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsroom.adminpages.worknav import Place, Work

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 5  # rows of each list
LONGEST = 200  # characters of what is looked for


@dataclass(frozen=True)
class Found:
    """What one list of the admin has."""

    name: "StrOrPromise"
    rows: list[tuple[str, str, str]]  # names, addresses, and states as the list shows them
    more_url: str  # the list with everything that was found; empty where nothing is left out


@require_safe
def find_page(request: HttpRequest) -> HttpResponse:
    """Show what the lists that the person may use have for ?q=."""
    sought = request.GET.get("q", "")[:LONGEST].strip()
    context = admin.site.each_context(request)
    found = list(_found(request, context["works"], sought)) if sought else []
    context |= {"title": _("Find in the newsroom"), "sought": sought, "found": found}
    return render(request, "admin/find.html", context)


def _found(request: HttpRequest, parts: list[Work], sought: str) -> Iterator[Found]:
    places = {place.url: place for part in parts for place in part.places}
    lists = {_list_of(model): model for model in admin.site._registry}
    for url, place in places.items():
        model = lists.get(url)
        if model is not None and (found := _in_one(request, model, place, sought)):
            yield found


def _list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _in_one(request: HttpRequest, model: type[Model], place: Place, sought: str) -> Found | None:
    model_admin: Any = admin.site.get_model_admin(model)  # of whichever model
    if not model_admin.get_search_fields(request):
        return None
    queryset, may_repeat = model_admin.get_search_results(request, model_admin.get_queryset(request), sought)
    # Some rows match by more than one of their relations: the keys tell which rows, each once.
    rows = model_admin.get_queryset(request).filter(pk__in=queryset.values("pk")) if may_repeat else queryset
    first = list(rows[: SHOWN + 1])
    if not first:
        return None
    more = f"{place.url}?{urlencode({'q': sought})}" if len(first) > SHOWN else ""
    column = model_admin.get_list_display(request)[0]
    is_name = column in model_admin.get_search_fields(request)
    names = [str(getattr(row, column)) if is_name else _name_of(model_admin, row) for row in first[:SHOWN]]
    states = [_state_of(model_admin, row) for row in first]
    return Found(place.name, list(zip(names, map(_page_of, first), states, strict=False)), more)


def _name_of(model_admin: Any, row: Model) -> str:
    """Return its name; what is one list a language begins to be told apart by its first lines."""
    return f"{row}: {model_admin.first_lines(row)}" if hasattr(model_admin, "first_lines") else str(row)


def _state_of(model_admin: Any, row: Model) -> str:
    return str(model_admin.state_label(row)) if hasattr(model_admin, "state_label") else ""


def _page_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[quote(row.pk)])
