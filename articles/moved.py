"""Redirects from former addresses to current ones, with the rest of the path and the query string.

Those that editors make lead from a path where nothing stands to a page of ours, without chains and loops.
"""

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from articles.models.address import Addressed, FormerAddress, as_asked
from newsroom.faults.errors import gone
from newsroom.othersites.addresses import JOINERS, hides
from newsroom.versions.models import GoneAddress

LONGEST = 300  # characters of a path
KEYS = {"slug", "path"}  # the arguments of views that show one row
PLAIN = {"year", "month", *KEYS}  # the arguments of views that anybody may be led to


def moved_or_404(request: HttpRequest, path: str = "", below: str = "", thing: str = "page") -> HttpResponse:
    """Return a redirect from a former address to the current one, or 410 where what stood there was deleted.

    Raises Http404 where nothing did.

    `path` is the former address, by default that of the request; `below` is appended to the current one.
    """
    current = FormerAddress.current(path or request.path)
    if current is None:
        if GoneAddress.objects.at(path or request.path).exists():
            return gone(request, {"thing": thing})
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{current}{below}{'?' if query else ''}{query}", permanent=True)


def gone_or_moved(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """Return 410 for a piece that was unpublished, or a redirect where editors lead its readers elsewhere."""
    return moved_or_404(request) if FormerAddress.current(request.path) else gone(request, context)


def current_slug(view: str, slug: str) -> str:
    """Return the current slug for a former one in the addresses of a view; empty where there is none."""
    if not slug or "/" in slug:
        return ""
    current = FormerAddress.current(reverse(view, args=[slug]))
    try:
        return str(resolve(current).kwargs["slug"]) if current else ""
    except (Resolver404, KeyError):
        return ""


def redirect_to_current_slugs(request: HttpRequest, views: dict[str, str]) -> HttpResponse | None:
    """Return a redirect to the same page with current slugs where query parameters hold former ones, else None.

    `views` maps the name of each parameter that holds a slug to the view that has the slug in its URL.
    """
    query = request.GET.copy()
    for name, view in views.items():
        if slug := current_slug(view, query.get(name, "")):
            query[name] = slug
    if query == request.GET:
        return None
    return redirect(f"{request.path}?{query.urlencode()}", permanent=True)


def path_of_ours(typed: str) -> str:
    """Return an address of ours as the path that requests are compared by; raises ValidationError for any other."""
    typed, site = typed.strip(), settings.SITE_URL.rstrip("/")
    if typed.startswith(f"{site}/"):
        typed = typed.removeprefix(site)
    try:
        parts = urlsplit(typed)
    except ValueError as error:  # such as http://[
        raise ValidationError(_("Write a path of this site, such as /old-page/.")) from error
    if parts.scheme or parts.netloc:
        raise ValidationError(_("This address is on another site. Redirects lead to pages of this one."))
    if parts.query or parts.fragment:
        raise ValidationError(_("Write the address without what follows a ? or a #."))
    path = as_asked(parts.path)
    if not path or "\\" in path or "//" in path or hides(path, allowed=f" {JOINERS}"):
        raise ValidationError(_("Write a path of this site, such as /old-page/."))
    path = path if path.startswith("/") else f"/{path}"
    if not path.endswith("/") and "." not in path.rpartition("/")[2]:
        path += "/"
    if len(path) > LONGEST:
        raise ValidationError(_("This address is too long."))
    return path


def former(typed: str) -> str:
    """Return the path that redirects from now on; raises ValidationError where a page stands or may stand."""
    path = path_of_ours(typed)
    match = _match(path)
    if match is not None and not KEYS & match.kwargs.keys():
        raise ValidationError(_("The site itself uses this address. Choose another path."))
    if match is not None and _row_at(match, path):
        raise ValidationError(
            _(
                "A page stands at this address. Unpublish it first, or change its address: then it redirects by itself."
            )
        )
    return path


def target(typed: str) -> str:
    """Return the path of the page that a redirect leads to in the end; raises ValidationError where there is none."""
    path = path_of_ours(typed)
    if not stands_at(path):
        path = FormerAddress.current(path) or ""
    if not path:
        raise ValidationError(_("There is no page at this address now."))
    return path


def stands_at(path: str) -> bool:
    """Return whether visitors find a page at a path now."""
    match = _match(path)
    if match is None or match.namespace == "admin" or not match.kwargs.keys() <= PLAIN:
        return False
    return not KEYS & match.kwargs.keys() or _row_at(match, path)


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _row_at(match: ResolverMatch, path: str) -> bool:
    """Return whether the page of a row that visitors can read has this path."""
    key = match.kwargs.get("slug") or match.kwargs.get("path")
    for model in apps.get_models():
        if issubclass(model, Addressed):
            manager: Any = model._default_manager  # of whichever model
            rows = manager.readable() if hasattr(manager, "readable") else _public(manager)
            if any(
                as_asked(row.get_absolute_url()) == path for row in rows.filter(**{model.ADDRESS: key})[:1]
            ):
                return True
    return False


def _public(manager: Any) -> Any:  # Any: of whichever model
    return manager.published() if hasattr(manager, "published") else manager.all()


def settle(row: FormerAddress) -> None:
    """Lead what redirected to the former path of a stored redirect straight to its target, where a page stands."""
    FormerAddress.objects.filter(path=row.current_path).delete()  # else it might lead to itself from now on
    FormerAddress.objects.filter(current_path=row.path).update(current_path=row.current_path)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Redirect from a former path that no view knows, or answer 404."""
    if request.method in {"GET", "HEAD"} and len(request.path) <= LONGEST:
        paths = [request.path] if request.path.endswith("/") else [request.path, f"{request.path}/"]
        for path in paths:
            if current := FormerAddress.current(path):
                query = request.META.get("QUERY_STRING", "")
                return redirect(f"{current}{'?' if query else ''}{query}", permanent=True)
    return page_not_found(request, exception)
