"""Offers newsroom.sitesettings the hotlines whose staff speak a language."""

import re

from django.conf import settings
from django.conf.locale import LANG_INFO

from articles.places.models.hotline import Hotline
from newsroom.sitesettings.helplines import HelpLine

MOST = 5
# Names that Django's table lacks, and others in use.
OTHER_NAMES = {
    "lo": {"lao", "laotian"},
    "tl": {"filipino", "tagalog"},
    "km": {"cambodian"},
    "my": {"myanmar"},
    "ms": {"bahasa melayu"},
    "id": {"bahasa indonesia"},
    "zh-hans": {"chinese", "mandarin"},
    "zh-hant": {"chinese", "cantonese", "mandarin"},
}


def names_of(language: str) -> set[str]:
    """Return the names of a language that editors may have typed, in lower case."""
    known = {dict(settings.LANGUAGES).get(language, language), LANG_INFO.get(language, {}).get("name", "")}
    return {name.casefold() for name in known if name} | OTHER_NAMES.get(language, set())


def speaking(language: str) -> list[HelpLine]:
    """Return at most MOST shown hotlines whose staff speak a language, emergency numbers first."""
    names = names_of(language)
    found = []
    for hotline in (
        Hotline.objects.shown().select_related("country").order_by("kind", "country__name", "order", "pk")
    ):
        spoken = {name.strip().casefold() for name in re.split(r"[,;/]|\band\b", hotline.languages)}
        if names.isdisjoint(spoken) or not hotline.calls:
            continue
        call = hotline.calls[-1]  # the number from abroad, if there is one: the caller may be anywhere
        found.append(HelpLine(hotline.name, hotline.country.name, call.number, call.link))
    return found[:MOST]
