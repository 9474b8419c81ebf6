"""What pages show of corrections: those of one article, and whether there are any at all."""

import datetime
from dataclasses import dataclass

from articles.models.article import Article
from newsroom.pagecache.once import once

from .models import Correction


@dataclass(frozen=True)
class Notes:
    """The notes on an article, the latest first."""

    all: tuple[Correction, ...] = ()

    @property
    def corrected_on(self) -> datetime.date | None:
        """Return the day of the latest correction."""
        return next((one.day for one in self.all if one.kind == Correction.Kind.CORRECTION), None)

    @property
    def updated_on(self) -> datetime.date | None:
        """Return the day of the latest note that corrects nothing."""
        return next((one.day for one in self.all if one.kind != Correction.Kind.CORRECTION), None)


def notes_on(article: Article) -> Notes:
    """Return the notes on an article; those without any cost no query in a content version."""
    if article.pk not in once("articles with notes", _noted):
        return Notes()
    return Notes(tuple(article.corrections.all()))


def _noted() -> frozenset[int]:
    return frozenset(Correction.objects.order_by().values_list("article_id", flat=True))


def are_there_any() -> bool:
    """Return whether the archive holds any note."""
    return once("has corrections", lambda: Correction.objects.public().exists())
