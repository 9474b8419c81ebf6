"""Redirects from former addresses to current ones, with the rest of the path and the query string."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from articles.models.address import FormerAddress


def moved_or_404(request: HttpRequest, path: str = "", below: str = "") -> HttpResponse:
    """Return a redirect from a former address to the current one; raises Http404 where there is none.

    `path` is the former address, by default that of the request; `below` is appended to the current one.
    """
    current = FormerAddress.current(path or request.path)
    if current is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{current}{below}{'?' if query else ''}{query}", permanent=True)


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
