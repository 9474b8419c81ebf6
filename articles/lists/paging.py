"""Lists of articles, page by page."""

from array import array
from collections.abc import Callable
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from articles.lists.cards import Card, cards
from articles.lists.listing import Keys, rows_of
from articles.models.article import Article, ArticleQuerySet
from articles.models.publishing import read_at
from newsroom.pagecache.once import once

PER_PAGE = 20
NEAR = (
    10 * PER_PAGE
)  # articles that a query passes over; beyond, their order is made once in a content version


class Listed:
    """Articles in order as a paginator takes them: it counts them, and slices the cards of a page."""

    ordered = True

    def __init__(self, articles: ArticleQuerySet | Keys, name: str, number: Callable[[], int] | None) -> None:
        self.articles, self.name, self.number = articles, name, number

    def count(self) -> int:
        """Return how many they are: as number() says, or counted once in a content version under their name."""
        if not isinstance(self.articles, QuerySet):
            return len(self.articles)
        return self.number() if self.number else once(f"number of {self.name}", self._count)

    def __getitem__(self, wanted: slice) -> tuple[Card, ...]:
        if isinstance(self.articles, QuerySet):
            if wanted.start <= NEAR:
                return cards(list(self.articles.for_cards()[wanted]))
            return cards(rows_of(once(f"order of {self.name}", self._keys)[wanted]))
        return cards(rows_of(self.articles[wanted]))

    # Any, here and below: a queryset, as both are asked of nothing else.
    def _count(self: Any) -> int:
        read_at(Article)  # it holds until then; the queryset was made before once() listened
        found: int = self.articles.count()
        return found

    def _keys(self: Any) -> "array[int]":
        read_at(Article)
        return array("q", self.articles.values_list("pk", flat=True))


def page_of(
    request: HttpRequest, articles: ArticleQuerySet | Keys, name: str, number: Callable[[], int] | None = None
) -> Page[Card]:
    """Return the cards of the page of the list that ?page= asks for; a page that is not there is a 404."""
    try:
        # The stubs take a list or a queryset; Django slices and counts.
        paginator: Paginator[Card] = Paginator(Listed(articles, name, number), PER_PAGE)  # type: ignore[arg-type]
        return paginator.page(request.GET.get("page", "1"))
    except InvalidPage:
        raise Http404(_("This list has no such page.")) from None
