"""Leads who searches for corrections to their archive."""

from django.urls import reverse
from django.utils.translation import gettext as _

from newsroom.search.registry import Recommendation

from .shown import are_there_any

ASKED = {"correction", "corrections", "errata", "erratum", "corrigendum", "corrigenda"}


def archive(asked: str) -> list[Recommendation]:
    """Return the archive for a query that asks for nothing else, while it holds anything."""
    wanted = " ".join(asked.casefold().split())
    if wanted not in ASKED | {_("Corrections").casefold()} or not are_there_any():
        return []
    told = _("What was wrong in our articles, and what is right")
    return [Recommendation(_("Corrections"), reverse("articles:corrections"), told)]
