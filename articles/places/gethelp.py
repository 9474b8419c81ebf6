"""'Get help': one small page with every number that was checked lately, against the clock of its place."""

from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models.page import Page
from articles.moved import with_present_words
from articles.places.hours import clock_in, spoken
from articles.places.models.country import Country
from articles.places.models.hotline import Hotline


@dataclass
class Entry:
    """A hotline as a page shows it: with what its clock says, where that is certain."""

    hotline: Hotline
    status: object = None
    clock: str | None = None  # only where the country has several


@dataclass
class Place:
    """A country with its entries by kind, in the order of need, and the time on its clock."""

    country: Country
    groups: list = field(default_factory=list)
    clock: str | None = None

    @property
    def is_long(self):
        """Return whether it needs small print to fit on one page of paper."""
        return len(self.country.shown_hotlines) > 5

    @property
    def has_examples(self):
        """Return whether a number is an example that nobody can dial."""
        return any(entry.hotline.is_example for _kind, entries in self.groups for entry in entries)


def place_of(country, now=None):
    """Return what a page shows of a country that with_help loaded.

    With a moment also what the clocks say; a page that may be kept for a while does without.
    """
    place = Place(country)
    shown = country.shown_hotlines
    clocks = _clocks({one.time_zone for one in shown}, now) if now else {}
    if len(clocks) == 1:
        (place.clock,) = clocks.values()
    for kind in Hotline.Kind:
        entries = [
            Entry(
                one,
                one.status(now) if now else None,
                clocks.get(one.time_zone) if len(clocks) > 1 else None,
            )
            for one in shown
            if one.kind == kind
        ]
        if entries:
            place.groups.append((kind, entries))
    return place


def _clocks(names, now):
    moments = {name: clock_in(name, now) for name in names}
    return {name: spoken(moment) for name, moment in moments.items() if moment}


def with_help(countries, today):
    """Return the countries with what visitors may see of their hotlines, in one more query."""
    shown = Hotline.objects.shown(today).order_by("kind", "order", "pk")
    return countries.prefetch_related(Prefetch("hotlines", queryset=shown, to_attr="shown_hotlines"))


@require_safe
def get_help(request: HttpRequest):
    """All countries, or the one that ?country= names by its slug or its ISO code; nothing is kept anywhere."""
    now = timezone.now()
    countries = list(with_help(Country.objects.defer("intro_html"), timezone.localdate(now)))
    wanted = request.GET.get("country", "").casefold()
    chosen = [one for one in countries if wanted in {one.slug.casefold(), one.iso_code.casefold()}]
    if wanted and not chosen and (moved := with_present_words(request, {"country": "articles:country"})):
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
    # The hours are those of this minute, and no copy of the page stays on the disk of the reader.
    response.headers["Cache-Control"] = "no-store"
    return response
