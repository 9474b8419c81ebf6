"""What waits for editors: hotlines to verify again, and dead links."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from articles.links.models import Link
from articles.places.models.hotline import Hotline
from newsroom.editing.notices import Notice


def hotlines_due(request: HttpRequest):
    """Return how many hotlines have to be verified, for whoever may do it."""
    if not request.user.has_perm("articles.change_hotline"):
        return None
    number = Hotline.objects.due().count()
    if not number:
        return None
    text = ngettext(
        "%(number)s hotline has to be verified.", "%(number)s hotlines have to be verified.", number
    )
    url = reverse("admin:articles_hotline_changelist")
    return Notice(text % {"number": number}, f"{url}?check=due")


def links_dead(request: HttpRequest):
    """Return how many links lead nowhere and have no copy, for whoever may mend them."""
    if not request.user.has_perm("articles.change_link"):
        return None
    number = Link.objects.dead().filter(archive_url="").count()
    if not number:
        return None
    text = ngettext(
        "%(number)s link to another site is dead.", "%(number)s links to other sites are dead.", number
    )
    return Notice(text % {"number": number}, f"{reverse('admin:articles_link_changelist')}?check=dead")
