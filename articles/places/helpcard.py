"""The numbers of a country alone, to print and fold: a paper that tells nobody what it is for."""

from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.moved import redirect_to_current_slugs
from articles.places.gethelp import named, place_of, with_help
from articles.places.models.country import Country
from articles.places.models.hotline import Hotline
from newsroom.pagecache import deadlines


class Line(NamedTuple):
    """One number of the card, what helps to dial it, and whose it is, which stands beside the card alone."""

    number: str
    hint: str
    name: str


def lines_of(hotline: Hotline) -> list[Line]:
    """Return a line for each number of a hotline; none where it has a web address alone."""
    numbers = [(call.number, _("from abroad") if call.abroad else "") for call in hotline.calls]
    if hotline.text_number:
        numbers.append((hotline.text_number, _("by text")))
    hours = hotline.weekly_hours.display if hotline.weekly_hours else ""
    return [
        Line(
            number, ", ".join(filter(None, [way, hours])), f"{hotline.name} ({way})" if way else hotline.name
        )
        for number, way in numbers
    ]


@require_safe
def help_card(request: HttpRequest) -> HttpResponse:
    """The numbers of the country that ?country= names by slug or ISO code; no cache may store the page."""
    countries = named(with_help(Country.objects.defer("intro_html"), deadlines.today()), request)
    if not countries:
        moved = redirect_to_current_slugs(request, {"country": "articles:country"})
        if moved is None:
            raise Http404
        return moved
    hotlines = [listed.hotline for _kind, group in place_of(countries[0]).groups for listed in group]
    shown = [(hotline, lines) for hotline in hotlines if (lines := lines_of(hotline))]
    days = [hotline.verified_on for hotline, _lines in shown if hotline.verified_on]
    context = {
        "country": countries[0],
        "lines": [line for _hotline, lines in shown for line in lines],
        "checked_first": min(days, default=None),
        "checked_last": max(days, default=None),
    }
    response = render(request, "articles/places/help_card.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
