"""Notices for editors on the admin's first page: hotlines to verify, dead links, and facts that have grown old."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from articles.links.models import Link
from articles.places.models.country import Country
from articles.places.models.hotline import Hotline
from newsroom.editing.notices import Counted


def hotlines_to_verify(request: HttpRequest) -> Counted | None:
    """Return how many hotlines have to be verified, to whoever may do so."""
    if not request.user.has_perm("articles.change_hotline"):
        return None

    def told(number: int) -> str:
        return ngettext(
            "%(number)s hotline has to be verified.", "%(number)s hotlines have to be verified.", number
        )

    url = reverse("admin:articles_hotline_changelist")
    return Counted(Hotline.objects.to_verify(), told, f"{url}?check=due")


def links_dead(request: HttpRequest) -> Counted | None:
    """Return how many links are dead and have no archived copy, to whoever may change them."""
    if not request.user.has_perm("articles.change_link"):
        return None

    def told(number: int) -> str:
        return ngettext(
            "%(number)s link to another site is dead.", "%(number)s links to other sites are dead.", number
        )

    url = reverse("admin:articles_link_changelist")
    return Counted(Link.objects.dead().filter(archive_url=""), told, f"{url}?check=dead")


def facts_old(request: HttpRequest) -> Counted | None:
    """Return how many countries have facts that have grown old, to whoever may change them."""
    if not request.user.has_perms(["articles.change_country", "articles.change_fact"]):
        return None

    def told(number: int) -> str:
        return ngettext(
            "%(number)s country has facts that are older than two years.",
            "%(number)s countries have facts that are older than two years.",
            number,
        )

    return Counted(
        Country.objects.with_old_facts(), told, reverse("admin:articles_country_changelist") + "?facts=old"
    )
