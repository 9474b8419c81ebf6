"""'Get help': one small page with every number whose check is recent, and whether somebody answers now."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models.page import Page
from articles.moved import redirect_to_current_slugs
from articles.places.hours import Status, clock_in, spoken
from articles.places.models.country import Country, CountryQuerySet
from articles.places.models.hotline import Hotline
from articles.places.shownhotline import ShownHotline, shown
from newsroom.pagecache import deadlines
from newsroom.pagecache.declared import for_all


@dataclass
class ListedHotline:
    """A hotline as a page lists it."""

    hotline: Hotline
    status: Status | None = None  # None where it is uncertain
    clock: str | None = None  # weekday and time there, only where the country has several time zones

    @property
    def shown(self) -> ShownHotline:
        """Return what a page shows of it."""
        return shown(self.hotline)


@dataclass
class Place:
    """A country with its hotlines by kind, emergency numbers first, and the time there."""

    country: Country
    groups: list[tuple[Hotline.Kind, list[ListedHotline]]] = field(default_factory=list)
    clock: str | None = None  # weekday and time, where the country has one time zone

    @property
    def is_long(self) -> bool:
        """Return whether it needs small print to fit on one page of paper."""
        return len(self.country.shown_hotlines) > 5

    @property
    def has_examples(self) -> bool:
        """Return whether a number is an example that nobody can dial."""
        return any(listed.hotline.is_example for _kind, group in self.groups for listed in group)


def place_of(country: Country, now: datetime.datetime | None = None) -> Place:
    """Return what a page shows of a country that with_help() loaded.

    Given the moment, it says the time there and who answers; a cached page leaves that out.
    """
    place = Place(country)
    hotlines = country.shown_hotlines
    clocks = _clocks({one.time_zone for one in hotlines}, now) if now else {}
    if len(clocks) == 1:
        (place.clock,) = clocks.values()
    for kind in Hotline.Kind:
        group = [
            ListedHotline(
                one,
                one.status(now) if now else None,
                clocks.get(one.time_zone) if len(clocks) > 1 else None,
            )
            for one in hotlines
            if one.kind == kind
        ]
        if group:
            place.groups.append((kind, group))
    return place


def _clocks(names: Iterable[str], now: datetime.datetime) -> dict[str, str]:
    moments = {name: clock_in(name, now) for name in names}
    return {name: spoken(moment) for name, moment in moments.items() if moment}


def with_help(countries: CountryQuerySet, today: datetime.date) -> CountryQuerySet:
    """Return the countries, each with shown_hotlines: what visitors may see on a day; one more query."""
    rows = Hotline.objects.shown(today).order_by("kind", "order", "pk")
    prefetch = Prefetch("hotlines", queryset=rows, to_attr="shown_hotlines")
    # The model declares the attribute, so that place_of() can read it; the plugin of mypy would do so here alone.
    return countries.prefetch_related(prefetch)  # type: ignore[no-redef]


def named(countries: Iterable[Country], request: HttpRequest) -> list[Country]:
    """Return those that ?country= names by slug or ISO code."""
    wanted = request.GET.get("country", "").casefold()
    return [one for one in countries if wanted in {one.slug.casefold(), one.iso_code.casefold()}]


@for_all("country")
@require_safe
def get_help(request: HttpRequest) -> HttpResponse:
    """All countries, or the one that ?country= names by slug or ISO code; no cache may store the page."""
    now = deadlines.this_minute()
    countries = list(with_help(Country.objects.defer("intro_html"), timezone.localdate(now)))
    wanted = request.GET.get("country", "")
    chosen = named(countries, request)
    if (
        wanted
        and not chosen
        and (moved := redirect_to_current_slugs(request, {"country": "articles:country"}))
    ):
        return moved
    places = [place_of(country, now) for country in chosen or countries]
    context = {
        "places": places,
        "only": places[0] if chosen else None,
        "unknown": bool(wanted) and not chosen,
        "has_examples": any(place.has_examples for place in places),
        "stay_safe": Page.objects.published().filter(path="stay-safe").first(),
    }
    response = render(
        request, "articles/places/get_help.html", context, status=404 if context["unknown"] else 200
    )
    # Who answers holds for this minute only, and no copy may stay on the reader's disk.
    response.headers["Cache-Control"] = "no-store"
    return response
