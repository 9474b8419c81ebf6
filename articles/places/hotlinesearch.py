"""Who searches for the number of a hotline is led to it, while visitors may see it: the index never holds one."""

import re

from django.urls import reverse
from django.utils import timezone

from articles.places.models.hotline import Hotline
from newsroom.search.analysis.text import DIGITS
from newsroom.search.registry import Recommendation

NUMBER = re.compile(r"\d(?:[ \u00a0().\-\u2010-\u2013\u2212/]{0,3}\d)+")
SHORTEST = 3  # digits: 191 is a number to call, 15 is in every text
SHORTEST_END = 6  # digits of a number after its 0, by which one with a country code is known
MOST = 5  # recommendations


def hotlines_with(asked: str) -> list[Recommendation]:
    """Return the hotlines whose number was typed, with or without what parts its groups, in digits of any script."""
    typed = {re.sub(r"\D", "", found) for found in NUMBER.findall(asked.translate(DIGITS))}
    wanted = {digits for digits in typed if len(digits) >= SHORTEST}
    if not wanted:
        return []
    shown = Hotline.objects.shown(timezone.localdate()).select_related("country")
    found = [one for one in shown if any(_is_number_of(one, digits) for digits in wanted)]
    return [_recommended(one) for one in found[:MOST]]


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
        link=f"{reverse('articles:get_help')}?country={hotline.country.slug}",
        text=hotline.country.name,
    )
