"""The library of resources: its list, the page of each, and how it is cited."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import citations
from articles.lists.cards import alike, cards
from articles.lists.related import news_about
from articles.lists.rows import row_of, rows
from articles.moved import gone_or_moved, moved_or_404, redirect_to_current_slugs
from articles.resources import structureddata
from articles.resources.downloads import attachment
from articles.resources.filters import Library
from articles.resources.models.resource import Resource
from newsroom.pagecache.declared import for_all
from newsroom.sitesettings.models import SiteSettings

PER_PAGE = 20
SUBJECTS = {
    "country": "articles:country",
    "topic": "articles:topic",
}  # query parameter to the view of its slugs


@for_all("kind", "country", "topic", "language", "year", "sort", "page")
@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """The library: all resources, or those that the query string filters."""
    library = Library(request.GET)
    if not library.is_known and (moved := redirect_to_current_slugs(request, SUBJECTS)):
        return moved
    paginator = Paginator(library.keys(), PER_PAGE)
    paginator.count = library.count  # known from the choices
    try:
        page: Page[Any] = paginator.page(request.GET.get("page", "1"))
    except InvalidPage:
        raise Http404(_("This list has no such page.")) from None
    keys = list(page.object_list)  # then, in their place, the rows: hence Any
    found = {row.pk: row for row in Resource.objects.published().for_cards().filter(pk__in=keys)}
    page.object_list = rows([found[key] for key in keys if key in found])
    site = SiteSettings.for_pages()
    context = {
        "title": library.title(),
        "page_obj": page,
        "chosen": library.chosen(),
        "facets": library.choices(),
        "orders": library.orders(),
        "is_narrowed": library.is_narrowed,
        "site": site,
        "structured_data": structureddata.of_library(site),
    }
    return render(request, "articles/resources/resource_list.html", context)


@for_all()
@require_safe
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """One resource; 410 where it was withdrawn."""
    found = Resource.objects.readable().filter(slug=slug).first()
    if found is None:
        return _gone(request, slug) or moved_or_404(request, thing="resource")
    site = SiteSettings.for_pages()
    context = {
        "resource": found,
        "row": row_of(found),
        "content_language": found.language,
        "site": site,
        "related": alike(cards(news_about(found, 3), name_countries=False)),
        "citation": citations.of_resource(found, site),
        "citation_tags": structureddata.citation_tags(found, site),
        "structured_data": structureddata.of_resource(found, site),
    }
    return render(request, "articles/resources/resource_detail.html", context)


@require_safe
def file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The file of a resource, at an address that stays when the file is replaced; 410 once it is withdrawn."""
    found = Resource.objects.readable().defer("body_html", "file_text").filter(slug=slug).first()
    if found is None:
        return _gone(request, slug) or moved_or_404(
            request, reverse("articles:resource", args=[slug]), "file/"
        )
    try:
        if found.has_file:
            return attachment(request, found)
    except FileNotFoundError:  # somebody replaced or withdrew it since the query
        pass
    raise Http404


@for_all()
@require_safe
def cite(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The citation of a resource as a file for reference managers."""
    found = Resource.objects.readable().defer("body_html").filter(slug=slug).first()
    if found is None:
        return moved_or_404(request, reverse("articles:resource", args=[slug]), f"cite.{form}")
    return citations.download(citations.of_resource(found, SiteSettings.for_pages()), form, found.slug)


def _gone(request: HttpRequest, slug: str) -> HttpResponse | None:
    """Return a response of status 410 where the resource at this address was withdrawn, else None."""
    if Resource.objects.withdrawn().filter(slug=slug).exists():
        return gone_or_moved(request, {"thing": "resource"})
    return None
