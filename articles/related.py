"""What stands beside a piece: its versions in other languages, and what to read next."""

from django.conf import settings

from articles.models.article import Article
from newsroom.richtext.renderings import plain_text
from newsroom.search.analysis.text import tokens

CANDIDATES = 24


def _words(text: str, language: str):
    return {term for term, _start, _end in tokens(text, language)}


def beside(article, count: int):
    """Return its versions in other languages, the original first, and its nearest relations; one query.

    Relations share subjects with it; those with the most words in common come first.
    """
    found = list(Article.objects.beside(article)[: CANDIDATES + len(settings.LANGUAGES)])
    versions = [other for other in found if other.is_version]
    versions.sort(key=lambda other: (other.translation_of_id is not None, other.language))
    candidates = [other for other in found if not other.is_version][:CANDIDATES]
    return versions, _nearest(candidates, f"{article.title} {article.dek}", article)[:count]


def news_about(resource, count: int):
    """Return the articles that are nearest to a resource, the nearest first; one query."""
    candidates = list(Article.objects.sharing(resource)[:CANDIDATES])
    return _nearest(candidates, f"{resource.title} {resource.summary}", resource)[:count]


def _nearest(candidates, beginning, piece):
    own = _words(beginning, piece.language) | _words(plain_text(piece.body_html)[:20_000], piece.language)

    def nearness(other):
        words = _words(f"{other.title} {other.dek}", other.language)
        return other.shared + 2 * len(words & own) / max(len(words), 1)

    return sorted(candidates, key=nearness, reverse=True)
