"""Cards: what lists show of an article, as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from articles.lists.subjects import names_of_countries
from articles.models.article import Article
from newsroom.pictures.models import Image
from newsroom.pictures.showing import Sources, sources


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an article."""

    address: str
    title: str
    dek: str
    language: str  # empty where it is the language of the page
    date: str  # ISO 8601, as precise as it is known
    day: str  # the same in the language of the page
    countries: tuple[str, ...]
    picture: Sources | None


def lead_pictures(articles: Iterable[Article]) -> dict[int, Image]:
    """Return the lead pictures of articles by primary key; one query, or none where they have none."""
    return Image.objects.order_by().in_bulk([one.lead_picture_id for one in articles if one.lead_picture_id])


def cards(
    articles: Sequence[Article],
    *,
    name_countries: bool = True,
    pictures: Mapping[int, Image] | None = None,
    shown: Iterable[int] = (),
) -> tuple[Card, ...]:
    """Return the cards of articles that for_cards() chose, in their order; a picture stands on the first of them alone.

    It takes a query for all countries and one for all pictures, unless these are given. A picture whose key is in
    `shown` stands elsewhere on the page.
    """
    countries = names_of_countries(Article, articles) if name_countries else {}
    if pictures is None:
        pictures = lead_pictures(articles)
    seen, made = set(shown), []
    for one in articles:
        key = one.lead_picture_id or 0
        made.append(_card(one, countries.get(one.pk, ()), None if key in seen else pictures.get(key)))
        seen.add(key)
    return tuple(made)


def alike(row: Sequence[Card]) -> tuple[Card, ...]:
    """Return cards that stand side by side: with their pictures where each has one, else without any."""
    if all(card.picture for card in row):
        return tuple(row)
    return tuple(replace(card, picture=None) for card in row)


def _card(article: Article, countries: Iterable[str], picture: Image | None) -> Card:
    date = article.shown_date
    return Card(
        address=article.get_absolute_url(),
        title=article.title,
        dek=article.dek,
        language="" if article.language == get_language() else article.language,
        date=str(date),
        day=date.display,
        countries=tuple(countries),
        picture=sources(picture, "card"),
    )
