"""Numbers to call, as search offers them: hotlines by a number that was typed, and the countries that have some.

The search index holds no numbers.
"""

import re

from django.urls import reverse

from articles.places.models.country import Country
from articles.places.models.hotline import Hotline
from newsroom.pagecache import deadlines
from newsroom.search.analysis.text import DIGITS
from newsroom.search.registry import Recommendation

NUMBER = re.compile(r"\d(?:[ \u00a0().\-\u2010-\u2013\u2212/]{0,3}\d)+")
SHORTEST = 3  # digits: 191 is a number to call, 15 may be anything
SHORTEST_END = 6  # digits after the leading 0: enough to match a number with a country code
MOST = 5  # recommendations


def hotlines_with(asked: str) -> list[Recommendation]:
    """Return the shown hotlines whose number is in a query, however its digits are grouped and in any script."""
    typed = {re.sub(r"\D", "", found) for found in NUMBER.findall(asked.translate(DIGITS))}
    wanted = {digits for digits in typed if len(digits) >= SHORTEST}
    if not wanted:
        return []
    shown = Hotline.objects.shown(deadlines.today()).select_related("country")
    found = [one for one in shown if any(_is_number_of(one, digits) for digits in wanted)]
    return [_recommended(one) for one in found[:MOST]]


def countries_with_numbers() -> list[tuple[str, str]]:
    """Return (name, address of its numbers) of each country that has hotlines to show."""
    shown = Hotline.objects.shown(deadlines.today()).order_by()
    countries = Country.objects.filter(pk__in=shown.values("country")).values_list("name", "slug")
    return [(name, _numbers_of(slug)) for name, slug in countries]


def _numbers_of(slug: str) -> str:
    return f"{reverse('articles:get_help')}?country={slug}"


def _is_number_of(hotline: Hotline, digits: str) -> bool:
    numbers = [hotline.number_local, hotline.number_international, hotline.text_number]
    ours = {re.sub(r"\D", "", number.translate(DIGITS)) for number in numbers if number}
    if digits in ours:
        return True
    end = digits.removeprefix("0")
    return len(end) >= SHORTEST_END and any(number.endswith(end) for number in ours)


def _recommended(hotline: Hotline) -> Recommendation:
    return Recommendation(
        title=f"{hotline.name}: {hotline.numbers}",
        link=_numbers_of(hotline.country.slug),
        text=hotline.country.name,
    )
