"""What stands at a path of our own: a page that visitors can read, one that waits, or nothing."""

from enum import Enum
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, resolve

from articles.models.address import Addressed, FormerAddress, as_asked

FILES = ("/media/", "/static/")  # what stands there is looked for elsewhere
STAFF = {"admin"}
OF_ONE_ROW = {"slug", "path"}  # the arguments of views that show one row


class Stands(Enum):
    """What visitors find."""

    PAGE = "page"
    WAITING = "waiting"
    NOTHING = "nothing"


def at(path: str) -> Stands:
    """Return what stands at a path, in two queries at most."""
    path = as_asked(path)
    if path.startswith(FILES):
        return Stands.PAGE
    found = max((_found(one) for one in _ways(path)), key=list(Stands)[::-1].index)
    if found is not Stands.PAGE and any(FormerAddress.current(one) for one in _ways(path)):
        return Stands.PAGE
    return found


def _ways(path: str) -> list[str]:
    """Return a path, and the one that it redirects to where its last stroke was left out."""
    return [path] if path.endswith("/") or "." in path.rpartition("/")[2] else [f"{path}/"]


def _found(path: str) -> Stands:
    try:
        match = resolve(path)
    except Resolver404:
        return Stands.NOTHING
    if STAFF & set(match.namespaces):
        return Stands.NOTHING
    if not OF_ONE_ROW & match.kwargs.keys() or "form" in match.kwargs:
        return Stands.PAGE
    return _row(match, path)


def _row(match: ResolverMatch, path: str) -> Stands:
    key = match.kwargs.get("slug") or match.kwargs.get("path")
    for model in apps.get_models():
        if issubclass(model, Addressed) and path.startswith(_address(model, key)):
            manager: Any = model._default_manager  # of whichever model
            rows = manager.filter(**{model.ADDRESS: key})
            readable = rows.readable() if hasattr(rows, "readable") else _published(rows)
            if readable.exists():
                return Stands.PAGE
            if hasattr(model, "state") and rows.exclude(state="withdrawn").exists():
                return Stands.WAITING
    return Stands.NOTHING


def _published(rows: Any) -> Any:  # Any: rows of whichever model
    return rows.published() if hasattr(rows, "published") else rows


def _address(model: type[Addressed], key: object) -> str:
    """Return the path of a row of a model that would have this key."""
    try:
        return as_asked(model(**{model.ADDRESS: key}).get_absolute_url())
    except (NoReverseMatch, TypeError, ValueError):
        return "//"
