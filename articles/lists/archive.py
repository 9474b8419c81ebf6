"""The archive of news: how many articles each year and month has, by displayed date."""

import datetime
from collections import Counter
from typing import NamedTuple

from django.db.models import Count
from django.db.models.functions import Substr

from articles.models.article import Article
from newsroom.pagecache.once import once


class Year(NamedTuple):
    """A year that has articles, and how many."""

    number: int
    articles: int


class Month(NamedTuple):
    """A month that has articles, as its first day, and how many."""

    day: datetime.date
    articles: int


def years() -> tuple[Year, ...]:
    """Return the years that have articles, the latest first."""
    found: Counter[int] = Counter()
    for written, number in _numbers().items():
        found[int(written[:4])] += number
    return tuple(Year(year, found[year]) for year in sorted(found, reverse=True))


def months_of(year: int) -> tuple[Month, ...]:
    """Return the months of a year that have articles; those whose month nobody knows stand in none."""
    months = [written for written in sorted(_numbers()) if written.startswith(f"{year:04}-")]
    return tuple(Month(datetime.date(year, int(one[5:]), 1), _numbers()[one]) for one in months)


def _numbers() -> dict[str, int]:
    """Return how many articles have a displayed date of each '2006-08' and '2006'; counted once in a content version."""
    return once("numbers of the archive", _counted)


def _counted() -> dict[str, int]:
    dated = Article.objects.published().filter(display_date__gt="").order_by()
    counted = dated.annotate(written=Substr("display_date", 1, 7)).values_list("written")
    return dict(counted.annotate(number=Count("pk")))
