"""Notices for editors on the admin's first page: hotlines to verify, and dead links."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from articles.links.models import Link
from articles.places.models.hotline import Hotline
from newsroom.editing.notices import Notice


def hotlines_to_verify(request: HttpRequest) -> Notice | None:
    """Return how many hotlines have to be verified, to whoever may do so."""
    if not request.user.has_perm("articles.change_hotline"):
        return None
    number = Hotline.objects.to_verify().count()
    if not number:
        return None
    text = ngettext(
        "%(number)s hotline has to be verified.", "%(number)s hotlines have to be verified.", number
    )
    url = reverse("admin:articles_hotline_changelist")
    return Notice(text % {"number": number}, f"{url}?check=due")


def links_dead(request: HttpRequest) -> Notice | None:
    """Return how many links are dead and have no archived copy, to whoever may change them."""
    if not request.user.has_perm("articles.change_link"):
        return None
    number = Link.objects.dead().filter(archive_url="").count()
    if not number:
        return None
    text = ngettext(
        "%(number)s link to another site is dead.", "%(number)s links to other sites are dead.", number
    )
    return Notice(text % {"number": number}, f"{reverse('admin:articles_link_changelist')}?check=dead")
