"""Countries as visitors read them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import structureddata
from articles.lists.listing import articles_about, number_about
from articles.lists.paging import page_of
from articles.lists.rows import brief_rows
from articles.moved import moved_or_404
from articles.places import maps
from articles.places.gethelp import place_of, with_help
from articles.places.models.country import Country
from articles.places.showndossier import dossier_of
from articles.resources.models.resource import Resource
from newsroom.pagecache import deadlines
from newsroom.pagecache.declared import for_all
from newsroom.pagecache.once import once
from newsroom.sitesettings.models import SiteSettings

NEW_RESOURCES = 4


@for_all()
@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """All countries: a map to choose from, and the same as a list."""
    found = once("countries", Country.objects.listed)
    drawn = maps.overview(tuple((one.iso_code, one.name) for one in found))
    shapes = {shape.code: shape for shape in drawn.countries} if drawn else {}
    links = tuple((one, shapes[one.iso_code]) for one in found if one.iso_code in shapes)
    return render(
        request, "articles/places/country_list.html", {"countries": found, "map": drawn, "map_links": links}
    )


def _known(slug: str) -> Country:
    """Return a country with its dossier and the numbers to call today; raises Country.DoesNotExist."""
    countries = with_help(Country.objects.prefetch_related("facts", "laws"), deadlines.today())
    return countries.get(slug=slug)


@for_all("page")
@require_safe
def country(request: HttpRequest, slug: str) -> HttpResponse:
    """A country: where to get help, what is known about it, and its articles."""
    try:
        found = once(f"country {slug}", lambda: _known(slug))
    except Country.DoesNotExist:
        return moved_or_404(request)
    site = SiteSettings.for_pages()
    context = {
        "site": site,
        "structured_data": structureddata.of_subject(
            found, _("Countries"), reverse("articles:countries"), site
        ),
        "country": found,
        "place": place_of(found),
        "locator": maps.locator(found.iso_code),
        "dossier": dossier_of(found),
        "page_obj": page_of(
            request, articles_about(found), f"articles about country {found.pk}", lambda: number_about(found)
        ),
        "resources": brief_rows(Resource.objects.published().filter(countries=found).newest(NEW_RESOURCES)),
    }
    return render(request, "articles/places/country_detail.html", context)
