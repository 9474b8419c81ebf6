"""The archive: which years and months have something to show, by displayed date."""

import datetime

from django.db.models.functions import Substr


def years(articles):
    """Return the years that articles are displayed in, the latest first."""
    found = articles.exclude(display_date="").order_by().annotate(y=Substr("display_date", 1, 4))
    return sorted({int(year) for year in found.values_list("y", flat=True).distinct()}, reverse=True)


def months_of(articles, year: int):
    """Return the first day of each month of the year that articles are displayed in."""
    found = articles.displayed_in(year).order_by().annotate(m=Substr("display_date", 6, 2)).exclude(m="")
    return [
        datetime.date(year, int(month), 1) for month in sorted(found.values_list("m", flat=True).distinct())
    ]
