"""What to read next: articles that share subjects with one, those with the most words in common first."""

from django.utils.html import strip_tags

from articles.models import Article
from newsroom.search.text import tokens

CANDIDATES = 24


def _words(article):
    text = f"{article.title} {article.dek}"
    return {term for term, _start, _end in tokens(text, article.language)}


def related_to(article, count):
    """Return the public articles that are nearest in subjects and words, the nearest first; one query."""
    candidates = list(Article.objects.related_to(article)[:CANDIDATES])
    own = _words(article) | {
        term for term, _start, _end in tokens(strip_tags(article.body_html)[:20_000], article.language)
    }

    def nearness(other):
        words = _words(other)
        return other.shared + 2 * len(words & own) / max(len(words), 1)

    return sorted(candidates, key=nearness, reverse=True)[:count]
