"""What to read beside an article or a resource: versions in other languages, and related news."""

from collections.abc import Iterable

from django.conf import settings

from articles.models.article import Article
from articles.resources.models.resource import Resource
from newsroom.richtext.renderings import plain_text
from newsroom.search.analysis.text import analysed

CANDIDATES = 24  # articles that share most subjects, of which those with most words in common are shown


def _words(text: str, language: str) -> set[str]:
    return set(analysed(text, language)[0])


def beside(article: Article, count: int) -> tuple[list[Article], list[Article]]:
    """Return an article's versions in other languages, the original first, and so many related ones; one query.

    Related articles share subjects with it; those with the most words in common come first.
    """
    found = list(Article.objects.beside(article)[: CANDIDATES + len(settings.LANGUAGES)])
    versions = [other for other in found if other.is_version]
    versions.sort(key=lambda other: (other.translation_of_id is not None, other.language))
    candidates = [other for other in found if not other.is_version][:CANDIDATES]
    return versions, _nearest(candidates, f"{article.title} {article.dek}", article)[:count]


def news_about(resource: Resource, count: int) -> list[Article]:
    """Return so many articles that are related to a resource, the nearest first; one query."""
    candidates = list(Article.objects.sharing(resource)[:CANDIDATES])
    return _nearest(candidates, f"{resource.title} {resource.summary}", resource)[:count]


def _nearest(candidates: Iterable[Article], beginning: str, piece: Article | Resource) -> list[Article]:
    own = _words(beginning, piece.language) | _words(plain_text(piece.body_html)[:20_000], piece.language)

    def nearness(other: Article) -> float:
        words = _words(f"{other.title} {other.dek}", other.language)
        return other.shared + 2 * len(words & own) / max(len(words), 1)

    return sorted(candidates, key=nearness, reverse=True)
