"""Lists of articles, page by page."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from articles.cards import Card, cards
from articles.models.article import Article, ArticleQuerySet
from articles.models.publishing import read_at
from newsroom.pagecache.once import once

PER_PAGE = 20


def page_of(request: HttpRequest, articles: ArticleQuerySet, name: str) -> Page[Card]:
    """Return the cards of the page of the list that ?page= asks for; a page that is not there is a 404.

    The articles of a name are counted once in a content version.
    """
    paginator = Paginator(articles.for_cards(), PER_PAGE)
    paginator.count = once(f"number of {name}", lambda: _number_of(articles))
    try:
        page: Page[Any] = paginator.page(request.GET.get("page", "1"))
    except InvalidPage:
        raise Http404(_("This list has no such page.")) from None
    page.object_list = cards(list(page.object_list))  # cards in the place of rows: hence Any
    return page


def _number_of(articles: ArticleQuerySet) -> int:
    read_at(Article)  # the number holds until then; the queryset was made before once() listened
    return articles.count()
