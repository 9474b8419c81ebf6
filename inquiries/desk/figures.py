"""How many inquiries came, by month, kind and country: from counters that point to none of them."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inquiries import countries
from inquiries.models import MonthlyFigures
from inquiries.models.inquiry import Kind

MONTHS = 12
FEW = 5  # smaller numbers could tell who it was
WIDEST = 100  # units of the chart's bars


@dataclass
class Bar:
    """A line of a table and the bar beside it."""

    label: str
    count: int
    largest: int

    @property
    def is_few(self):
        return 0 < self.count < FEW

    @property
    def shown(self):
        """Return the number, or '<5'."""
        return f"<{FEW}" if self.is_few else str(self.count)

    @property
    def width(self):
        """Return the length of the bar; all of '<5' have one length, which tells no more than the text."""
        counted = FEW - 1 if self.is_few else self.count
        return round(WIDEST * counted / max(self.largest, FEW))


def tables():
    """Return the figures of the last twelve months three times: a title, the head of its column, its bars."""
    months = list(reversed(_last_months()))
    rows = {row.month: row.words["counts"] for row in MonthlyFigures.objects.filter(month__gte=months[0])}
    by_month, by_kind, by_country = Counter(), Counter(), Counter()
    for month, counts in rows.items():
        for name, count in counts.items():
            kind, _space, country = name.partition(" ")
            by_month[month] += count
            by_kind[kind] += count
            by_country[country] += count
    by_size = sorted(by_country.items(), key=_known_first)
    return [
        (
            _("By month"),
            _("Month"),
            _bars([(date_format(month, "YEAR_MONTH_FORMAT"), by_month[month]) for month in months]),
        ),
        (_("By kind"), _("Kind"), _bars([(str(label), by_kind[kind]) for kind, label in Kind.choices])),
        (
            _("By country"),
            _("Country"),
            _bars([(countries.name_of(country) or _("not named"), count) for country, count in by_size]),
        ),
    ]


def _known_first(item):
    """Sort by number, and what is few by name alone: its order would tell how few."""
    country, count = item
    return (-count, "") if count >= FEW else (0, countries.name_of(country))


def _bars(lines):
    largest = max((count for _label, count in lines), default=0)
    return [Bar(label, count, largest) for label, count in lines]


def _last_months():
    month = timezone.localdate().replace(day=1)
    found = []
    for _number in range(MONTHS):
        found.append(month)
        month = (
            month.replace(year=month.year - 1, month=12)
            if month.month == 1
            else month.replace(month=month.month - 1)
        )
    return found
