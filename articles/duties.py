"""What waits for editors: hotlines to verify again, dead links, and pictures that lack words or consent."""

from django.urls import reverse
from django.utils.translation import ngettext

from articles.models import Hotline, Link
from newsroom.editing.notices import Notice
from newsroom.pictures.models import Image


def hotlines_due(request):
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


def links_dead(request):
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


def _pictures(request, attention, found, told):
    """Return how many pictures of the list need attention of a kind, for whoever may mend any of them."""
    if not request.user.has_perms(["pictures.change_image", "articles.publish_article"]):
        return None
    number = found().count()
    if not number:
        return None
    url = reverse("admin:pictures_image_changelist")
    return Notice(told(number) % {"number": number}, f"{url}?attention={attention}")


def consents_over(request):
    """Return how many pictures show somebody whose consent is over."""

    def told(number):
        return ngettext(
            "%(number)s picture shows somebody whose consent is over.",
            "%(number)s pictures show somebody whose consent is over.",
            number,
        )

    return _pictures(request, "expired", Image.objects.with_expired_consent, told)


def consents_missing(request):
    """Return how many pictures show somebody whose consent is not noted."""

    def told(number):
        return ngettext(
            "%(number)s picture shows somebody whose consent is not noted.",
            "%(number)s pictures show somebody whose consent is not noted.",
            number,
        )

    return _pictures(request, "consent", Image.objects.without_consent, told)


def words_missing(request):
    """Return how many pictures lack alternative text or credit."""

    def told(number):
        return ngettext(
            "%(number)s picture lacks its words.", "%(number)s pictures lack their words.", number
        )

    return _pictures(request, "words", Image.objects.without_words, told)
