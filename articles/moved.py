"""Redirects from former addresses to present ones, with the rest of the path and the query string."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from articles.models.address import FormerAddress


def moved_or_404(request: HttpRequest, path: str = "", below: str = "") -> HttpResponse:
    """Return a redirect from a former address to the present one; raises Http404 where there is none.

    `path` is the former address, by default that of the request; `below` is what follows the present one.
    """
    current = FormerAddress.present(path or request.path)
    if current is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{current}{below}{'?' if query else ''}{query}", permanent=True)


def present_slug(view: str, slug: str) -> str:
    """Return the slug that took the place of a former one in the addresses of a view; empty where none did."""
    if not slug or "/" in slug:
        return ""
    current = FormerAddress.present(reverse(view, args=[slug]))
    try:
        return str(resolve(current).kwargs["slug"]) if current else ""
    except (Resolver404, KeyError):
        return ""


def with_present_words(request: HttpRequest, words: dict[str, str]) -> HttpResponse | None:
    """Return a redirect where parameters hold former slugs of subjects, else None.

    `words` maps each parameter to the view whose addresses its slugs belong to.
    """
    given = request.GET.copy()
    for name, view in words.items():
        if now := present_slug(view, given.get(name, "")):
            given[name] = now
    if given == request.GET:
        return None
    return redirect(f"{request.path}?{given.urlencode()}", permanent=True)
