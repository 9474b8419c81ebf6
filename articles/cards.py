"""Cards: what lists show of an article, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from articles.models.article import Article
from articles.subjects import names_of_countries
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


def cards(articles: Sequence[Article], *, name_countries: bool = True) -> tuple[Card, ...]:
    """Return the cards of articles that for_cards() chose, in their order; two queries for all of them."""
    countries = names_of_countries(Article, articles) if name_countries else {}
    pictures = Image.objects.in_bulk([one.lead_picture_id for one in articles if one.lead_picture_id])
    return tuple(
        _card(one, countries.get(one.pk, ()), pictures.get(one.lead_picture_id or 0)) for one in articles
    )


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
