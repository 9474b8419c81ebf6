"""Who asks for a former address is led to the present one, whatever was below or behind it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from articles.models.address import FormerAddress


def moved_or_404(request: HttpRequest, path: str = "", below: str = "") -> HttpResponse:
    """Redirect a former address to the present one; raises Http404 where it never was one."""
    current = FormerAddress.present(path or request.path)
    if current is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{current}{below}{'?' if query else ''}{query}", permanent=True)


def present_slug(view: str, slug: str) -> str:
    """Return the slug that a subject has now, where it had this one before; else nothing."""
    if not slug or "/" in slug:
        return ""
    current = FormerAddress.present(reverse(view, args=[slug]))
    try:
        return str(resolve(current).kwargs["slug"]) if current else ""
    except (Resolver404, KeyError):
        return ""


def with_present_words(request: HttpRequest, words: dict[str, str]) -> HttpResponse | None:
    """Redirect an address whose parameters name subjects by former slugs, {parameter: view}; None where none does."""
    given = request.GET.copy()
    for name, view in words.items():
        if now := present_slug(view, given.get(name, "")):
            given[name] = now
    if given == request.GET:
        return None
    return redirect(f"{request.path}?{given.urlencode()}", permanent=True)
