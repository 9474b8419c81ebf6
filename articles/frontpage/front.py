"""What stands where on the home page: the lead, the stories beside it, the latest, and a piece of the archive."""

from dataclasses import dataclass
from itertools import islice

from articles.lists.cards import Card, cards
from articles.models.article import CARD, Article
from newsroom.pagecache import deadlines
from newsroom.pagecache.once import once

from .models import FrontStory, returning_in

BESIDE = 3  # stories beside the lead where editors have chosen no more
CHOSEN = 5  # the lead and four stories
LATEST = 6


@dataclass(frozen=True, slots=True)
class Front:
    """The articles of the home page as cards, each once."""

    lead: Card | None
    beside: tuple[Card, ...]
    latest: tuple[Card, ...]
    archived: Card | None
    note: str  # of an editor, on the piece of the archive


def chosen() -> list[int]:
    """Return the keys of the articles that editors have put first, in their order."""
    stories = list(FrontStory.objects.current().values_list("article", "until"))
    if ends := [until for _article, until in stories if until]:
        deadlines.holds_until(deadlines.end_of(min(ends)))
    return [article for article, _until in stories[:CHOSEN]]


def front() -> Front:
    """Return what the home page shows of articles, with the same few queries however many there are."""
    first = once("stories that are chosen", chosen)
    beside = max(BESIDE, len(first) - 1)
    number = 1 + beside + LATEST
    newest = Article.objects.published().for_cards()[: number + len(first)]
    by_key = Article.objects.published().for_cards().in_bulk(first)
    chosen_ones = [by_key[key] for key in first if key in by_key]
    rest = (article for article in newest if article.pk not in by_key)
    shown = [*chosen_ones, *islice(rest, number - len(chosen_ones))]
    archived = _from_archive({article.pk for article in shown})
    made = cards([*shown, archived] if archived else shown)
    listed = made[: len(shown)]
    return Front(
        lead=listed[0] if listed else None,
        beside=listed[1 : 1 + beside],
        latest=listed[1 + beside :],
        archived=made[-1] if archived else None,
        note=getattr(archived, "note", ""),
    )


def _from_archive(shown: set[int]) -> Article | None:
    """Return an article of this month in an earlier year, another each year, that the page does not show yet."""
    year, pieces = once("pieces of this month", _of_this_month)
    found = [one for one in pieces if one.pk not in shown]
    return found[year % len(found)] if found else None


def _of_this_month() -> tuple[int, list[Article]]:
    """Return the year, and the articles of this month in earlier ones that may return, the oldest first."""
    year, month = deadlines.this_month()
    pieces = returning_in(year, month).only(*CARD)
    return year, sorted(pieces, key=lambda one: (str(one.display_date), one.pk))
