"""The archive of news: the years and months that have articles, by displayed date."""

import datetime

from django.db.models.functions import Substr

from articles.models.article import ArticleQuerySet


def years(articles: ArticleQuerySet) -> tuple[int, ...]:
    """Return the years of the articles' displayed dates, the latest first."""
    found = articles.exclude(display_date="").order_by().annotate(y=Substr("display_date", 1, 4))
    return tuple(sorted({int(year) for year in found.values_list("y", flat=True).distinct()}, reverse=True))


def months_of(articles: ArticleQuerySet, year: int) -> list[datetime.date]:
    """Return the first day of each month of a year that has articles, by their displayed dates."""
    found = articles.displayed_in(year).order_by().annotate(m=Substr("display_date", 6, 2)).exclude(m="")
    return [
        datetime.date(year, int(month), 1) for month in sorted(found.values_list("m", flat=True).distinct())
    ]
