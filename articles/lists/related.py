"""What to read beside an article or a resource: versions in other languages, neighbours in time, and related news.

Related are articles of the same language that share subjects. A large site has thousands of them, so they are looked
for among those that were added last to each subject, and where these are in other languages, among the latest in this.
The statements are SQL of our own: Django can't write a union of the newest rows of several subjects.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from articles.models.article import CARD, Article
from articles.models.publishing import read_at
from articles.resources.models.resource import Resource
from newsroom.pagecache.once import once
from newsroom.richtext.renderings import plain_text
from newsroom.search.analysis.text import analysed

CANDIDATES = 24  # articles that share most subjects, of which those with most words in common are shown
NEWEST = 100  # articles of a subject that are looked at
LATEST = 1_000  # articles in a language that are looked at
EARLIER, LATER = -1, -2  # in the column of shared subjects: the article stands beside it in time

type Statement = tuple[str, list[object]]  # and its parameters

PUBLIC = (  # with the time as its two parameters
    "found.state = 'published' AND found.published_at <= %s "
    "AND found.id NOT IN (SELECT ended.id FROM articles_article ended WHERE ended.expires_at <= %s)"
)
COLUMNS = ", ".join(
    f"found.{name}_id" if name in ("lead_picture", "translation_of") else f"found.{name}"
    for name in ("id", *CARD, "translation_of")
)
# Of pairs of an article and a subject: the table, and the column of the subject.
PAIRS = {
    "countries": ("articles_article_countries", "country_id"),
    "topics": ("articles_article_topics", "topic_id"),
}


class Beside(NamedTuple):
    """What to read beside an article."""

    versions: list[Article]  # in other languages, the original first
    related: list[Article]
    neighbours: tuple[Article | None, Article | None]  # published before and after it in its language


def beside(article: Article, count: int) -> Beside:
    """Return an article's versions, so many related ones, and its neighbours; one query.

    Related articles share subjects with it; those with the most words in common come first.
    """
    now = read_at(Article)
    original = article.translation_of_id or article.pk
    versions = (
        f"SELECT {COLUMNS}, 0 AS shared FROM (SELECT id FROM articles_article WHERE id = %s UNION "
        "SELECT id FROM articles_article WHERE translation_of_id = %s) version CROSS JOIN articles_article found "
        f"WHERE found.id = version.id AND found.id <> %s AND {PUBLIC}"
    )
    near, parameters = _sharing(article, _added_last(article), now)
    next_to, of_neighbours = _next_to(article, now)
    found = _rows(
        f"{versions} UNION ALL {near} UNION ALL {next_to}",
        [original, original, article.pk, now, now, *parameters, *of_neighbours],
    )
    others = [row for row in found if not row.shared]
    others.sort(key=lambda other: (other.translation_of_id is not None, other.language))
    sharing = [row for row in found if row.shared > 0]
    by_place = {row.shared: row for row in found}
    return Beside(
        others,
        _related(article, sharing, f"{article.title} {article.dek}", count, now),
        (by_place.get(EARLIER), by_place.get(LATER)),
    )


def _next_to(article: Article, now: datetime) -> Statement:
    """Return the statement for the articles published just before and just after one in its language."""
    at = connection.ops.adapt_datetimefield_value(article.published_at)
    found = "FROM articles_article found WHERE found.language = %s"
    earlier = (
        f"SELECT {COLUMNS}, {EARLIER} AS shared {found} AND {PUBLIC} AND (found.published_at, found.id) < (%s, %s) "
        "ORDER BY found.published_at DESC, found.id DESC LIMIT 1"
    )
    later = (
        f"SELECT {COLUMNS}, {LATER} AS shared {found} AND {PUBLIC} AND (found.published_at, found.id) > (%s, %s) "
        "ORDER BY found.published_at, found.id LIMIT 1"
    )
    # What is earlier is looked for from the article on, not from now.
    return (
        f"SELECT * FROM ({earlier}) earlier UNION ALL SELECT * FROM ({later}) later",
        [article.language, at, now, at, article.pk, article.language, now, now, at, article.pk],
    )


def news_about(resource: Resource, count: int) -> list[Article]:
    """Return so many articles that are related to a resource, the nearest first; one query."""
    now = read_at(Article)
    found = _rows(*_sharing(resource, _added_last(resource), now))
    return _related(resource, found, f"{resource.title} {resource.summary}", count, now)


def _rows(sql: str, parameters: list[object]) -> list[Article]:
    return list(Article.objects.raw(sql, parameters))


def _sharing(piece: Article | Resource, among: Statement, now: datetime) -> Statement:
    """Return the statement for the articles that share most subjects with a piece, among those of a statement."""
    pairs, parameters = among
    own = piece.pk if isinstance(piece, Article) else 0
    original = (piece.translation_of_id or own) if isinstance(piece, Article) else 0
    # A cross join: SQLite would otherwise walk through all articles of the language.
    return (
        f"SELECT * FROM (SELECT {COLUMNS}, near.shared FROM (SELECT article_id, count(*) AS shared FROM ({pairs}) pair "
        "GROUP BY article_id) near CROSS JOIN articles_article found WHERE found.id = near.article_id "
        "AND found.language = %s AND found.id NOT IN (%s, %s) AND coalesce(found.translation_of_id, 0) <> %s "
        f"AND {PUBLIC} ORDER BY near.shared DESC, found.published_at DESC LIMIT {CANDIDATES}) most",
        [*parameters, piece.language, own, original, original or -1, now, now],
    )


def _pairs(piece: Article | Resource, condition: str) -> Statement:
    """Return the statement for the articles of each subject of a piece."""
    parts: list[str] = []
    parameters: list[object] = []
    for relation, (table, subject) in PAIRS.items():
        for one in getattr(piece.subjects, relation):
            parts.append(
                f"SELECT * FROM (SELECT article_id FROM {table} WHERE {subject} = %s {condition}) one"
            )
            parameters.append(one.pk)
    return " UNION ALL ".join(parts) or "SELECT 0 AS article_id", parameters


def _added_last(piece: Article | Resource) -> Statement:
    """Return the statement for the articles that were added last to each subject of a piece; an index holds them."""
    return _pairs(piece, f"ORDER BY article_id DESC LIMIT {NEWEST}")


def _latest(piece: Article | Resource, now: datetime) -> Statement:
    """Return the statement for the articles of each subject of a piece among the latest in its language."""
    latest = (
        f"WITH latest AS (SELECT found.id FROM articles_article found WHERE found.language = %s AND {PUBLIC} "
        f"ORDER BY found.published_at DESC, found.id DESC LIMIT {LATEST}) "
    )
    pairs, parameters = _pairs(piece, "AND article_id IN (SELECT id FROM latest)")
    return latest + pairs, [piece.language, now, now, *parameters]


def _related(
    piece: Article | Resource, found: list[Article], beginning: str, count: int, now: datetime
) -> list[Article]:
    """Return so many of the articles, those with most words in common with a piece first."""
    if len(found) < count and piece.subjects.names and once("number of articles", _number) > NEWEST:
        found = _rows(*_sharing(piece, _latest(piece, now), now))
    own = _words(beginning, piece.language) | _words(plain_text(piece.body_html)[:20_000], piece.language)

    def nearness(other: Article) -> tuple[float, int, datetime | None]:
        words = _words(f"{other.title} {other.dek}", other.language)
        return other.shared + 2 * len(words & own) / max(len(words), 1), other.shared, other.published_at

    return sorted(found, key=nearness, reverse=True)[:count]


def _number() -> int:
    return Article.objects.published().count()


def _words(text: str, language: str) -> set[str]:
    return set(analysed(text, language)[0])
