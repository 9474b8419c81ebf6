"""Public articles about a subject, newest first, and how many they are: neither costs more on a large site."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from articles.models.article import CARD, Article, ArticleQuerySet
from articles.models.numbers import numbers_by
from articles.models.publishing import Publishable, read_at
from articles.models.topic import Topic
from articles.places.models.country import Country
from newsroom.pagecache.once import once

GATHERED = 500  # articles about a subject that are gathered and sorted; of more, the newest are looked for

type Keys = Sequence[int]  # of articles, in order


def number_about(subject: Country | Topic) -> int:
    """Return how many public articles are about a subject; all subjects are counted once in a content version."""
    relation = _relation(subject)
    return once(f"articles by {relation}", lambda: numbers_by(Article, relation))[subject.pk]


def articles_about(subject: Country | Topic) -> ArticleQuerySet | Keys:
    """Return the public articles about a subject, newest first, or the keys of so few that they are gathered.

    SQLite would look for a handful among all articles, PostgreSQL gather thousands to show twenty.
    """
    pairs = getattr(Article, _relation(subject)).through.objects.filter(
        **{f"{subject._meta.model_name}": subject}
    )
    now, found = read_at(Article), Article.objects.filter(pk__in=pairs.values("article")[: GATHERED + 1])
    rows = list(found.order_by().values_list("published_at", "pk", "state", "expires_at"))
    if len(rows) > GATHERED:
        return Article.objects.published().filter(Exists(pairs.filter(article=OuterRef("pk"))))
    published = [(at, pk, until) for at, pk, state, until in rows if state == Publishable.State.PUBLISHED]
    public = [(at, pk) for at, pk, until in published if at and at <= now and not (until and until <= now)]
    return [pk for _at, pk in sorted(public, reverse=True)]


def rows_of(keys: Keys) -> list[Article]:
    """Return the articles with these keys that are public still, in their order, with what their cards show."""
    found = Article.objects.order_by().only(*CARD, "state", "expires_at", "after_expiry").in_bulk(list(keys))
    shown = (found[key] for key in keys if key in found)
    return [one for one in shown if one.is_public and not one.has_expired]


def _relation(subject: Country | Topic) -> str:
    return "countries" if isinstance(subject, Country) else "topics"
