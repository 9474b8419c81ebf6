"""The best bet of a new site: it leads everybody who searches for help to the page of help."""

from django.utils.translation import gettext as _

from .models import BestBet

LINK = "/get-help/"
QUERIES = """
hotline
helpline
help line
hotline number
help
help me
I need help
get help
emergency
emergency number
police
call police
phone number
shelter near me
I was trafficked
escape
safe house
"""


def load() -> None:
    """Create it, unless editors have a best bet for the page of help."""
    BestBet.objects.get_or_create(
        link=LINK,
        defaults={
            "queries": QUERIES.strip(),
            "title": _("Get help"),
            "text": _("Numbers to call, by country, with the hours and the languages in which they answer."),
        },
    )


def clear() -> dict[str, int]:
    """Delete it with the demo; return how many there were."""
    return {"best bets": BestBet.objects.filter(link=LINK).delete()[0]}
