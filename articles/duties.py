"""What waits for editors: hotlines that somebody has to verify again."""

from django.urls import reverse
from django.utils.translation import ngettext

from articles.models import Hotline
from newsroom.notices import Notice


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
