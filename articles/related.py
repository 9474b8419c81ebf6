"""What stands beside an article: its versions in other languages, and what to read next."""

from django.conf import settings
from django.utils.html import strip_tags

from articles.models import Article
from newsroom.search.text import tokens

CANDIDATES = 24


def _words(article):
    text = f"{article.title} {article.dek}"
    return {term for term, _start, _end in tokens(text, article.language)}


def beside(article, count):
    """Return its versions in other languages, the original first, and its nearest relations; one query.

    Relations share subjects with it; those with the most words in common come first.
    """
    found = list(Article.objects.beside(article)[: CANDIDATES + len(settings.LANGUAGES)])
    versions = [other for other in found if other.is_version]
    versions.sort(key=lambda other: (other.translation_of_id is not None, other.language))
    candidates = [other for other in found if not other.is_version][:CANDIDATES]
    own = _words(article) | {
        term for term, _start, _end in tokens(strip_tags(article.body_html)[:20_000], article.language)
    }

    def nearness(other):
        words = _words(other)
        return other.shared + 2 * len(words & own) / max(len(words), 1)

    return versions, sorted(candidates, key=nearness, reverse=True)[:count]
