"""Notices for editors about pictures that lack words or consent."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from newsroom.editing.notices import Counted

from .models import Image, ImageQuerySet


def _pictures(
    request: HttpRequest,
    attention: str,
    found: Callable[[], ImageQuerySet],
    told: Callable[[int], str],
) -> Counted | None:
    """Return a notice of how many pictures need attention, for everybody who may change all of them."""
    if not request.user.has_perms(["pictures.change_image", "pictures.publish_image"]):
        return None
    url = reverse("admin:pictures_image_changelist")
    return Counted(found(), told, f"{url}?attention={attention}")


def consents_over(request: HttpRequest) -> Counted | None:
    """Return how many pictures show somebody whose consent is over."""

    def told(number: int) -> str:
        return ngettext(
            "%(number)s picture shows somebody whose consent is over.",
            "%(number)s pictures show somebody whose consent is over.",
            number,
        )

    return _pictures(request, "expired", Image.objects.with_expired_consent, told)


def consents_ending(request: HttpRequest) -> Counted | None:
    """Return how many pictures show somebody whose consent is over within thirty days."""

    def told(number: int) -> str:
        return ngettext(
            "%(number)s picture shows somebody whose consent ends soon.",
            "%(number)s pictures show somebody whose consent ends soon.",
            number,
        )

    return _pictures(request, "ending", Image.objects.with_ending_consent, told)


def consents_missing(request: HttpRequest) -> Counted | None:
    """Return how many pictures show somebody whose consent is not noted."""

    def told(number: int) -> str:
        return ngettext(
            "%(number)s picture shows somebody whose consent is not noted.",
            "%(number)s pictures show somebody whose consent is not noted.",
            number,
        )

    return _pictures(request, "consent", Image.objects.without_consent, told)


def words_missing(request: HttpRequest) -> Counted | None:
    """Return how many pictures lack alternative text or credit."""

    def told(number: int) -> str:
        return ngettext(
            "%(number)s picture lacks its words.", "%(number)s pictures lack their words.", number
        )

    return _pictures(request, "words", Image.objects.without_words, told)
