"""How many inquiries came, by month, kind and country, from counters that are linked to no inquiry.

Every number is rounded down to a multiple of five or more, and smaller numbers, zero included, are shown as '<5'. So
a small number can't be derived from the sum of a table, from another table, or from the same table a day later.
"""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inquiries.models import MonthlyFigures
from inquiries.models.inquiry import InquiryKind
from newsroom import countries

MONTHS = 12
# To round to; a larger one is taken where a small number could be derived with a smaller one.
STEPS = (5, 10, 25, 50, 100, 1_000, 10_000)
WIDEST = 100  # units of the chart's bars

Counts = list[tuple[str, int]]  # label and number, in the order of a table


@dataclass
class Bar:
    """A line of a table and the bar beside it."""

    label: str
    count: int  # exact, never shown
    step: int
    largest: int = 0  # of the table, rounded

    @property
    def rounded(self) -> int:
        """Return the number, rounded down."""
        return self.count - self.count % self.step

    @property
    def is_few(self) -> bool:
        """Return whether the number is below the step."""
        return self.rounded == 0

    @property
    def shown(self) -> str:
        """Return the rounded number, or '<5'."""
        return f"<{self.step}" if self.is_few else str(self.rounded)

    @property
    def width(self) -> int:
        """Return the length of the bar, in units of WIDEST; it is the same for all numbers below the step."""
        return round(WIDEST * (self.rounded or self.step / 2) / max(self.largest, self.step))


def tables() -> list[tuple[str, str, list[Bar]]]:
    """Return three tables of the last twelve months, each with its title, the head of its column and its bars."""
    by_month, by_kind, by_country = _counted()
    names = countries.names()
    months = [(date_format(month, "YEAR_MONTH_FORMAT"), by_month[month]) for month in _last_months()]
    kinds = [(str(label), by_kind[kind]) for kind, label in InquiryKind.choices]
    step = next(
        step
        for step in STEPS
        if step == STEPS[-1] or not _reveals_numbers([months, kinds, _named(by_country, names, step)], step)
    )
    return [
        (_("By month"), _("Month"), _bars(months, step)),
        (_("By kind"), _("Kind"), _bars(kinds, step)),
        (_("By country"), _("Country"), _bars(_named(by_country, names, step), step)),
    ]


def step_of(found: list[tuple[str, str, list[Bar]]]) -> int:
    """Return the step to which the numbers of these tables are rounded."""
    return found[0][2][0].step


def _counted() -> tuple[Counter[datetime.date], Counter[str], Counter[str]]:
    by_month: Counter[datetime.date] = Counter()
    by_kind: Counter[str] = Counter()
    by_country: Counter[str] = Counter()
    for row in MonthlyFigures.objects.filter(month__gte=_last_months()[0]):
        for name, count in row.words["counts"].items():
            kind, _space, country = name.partition(" ")
            by_month[row.month] += count
            by_kind[kind] += count
            by_country[country] += count
    return by_month, by_kind, by_country


def _named(by_country: Counter[str], country_names: Mapping[str, str], step: int) -> Counts:
    """Return the countries with numbers from the step on, the largest first, and all others as one line.

    The name of a country with a small number could reveal who wrote.
    """
    many = [(country, count) for country, count in by_country.items() if count >= step]
    many.sort(key=lambda item: (-(item[1] // step), country_names.get(item[0], "")))
    others = sum(by_country.values()) - sum(count for _country, count in many)
    named = [(country_names.get(country) or _("not named"), count) for country, count in many]
    return [*named, (_("other countries together"), others)]


def _reveals_numbers(found: list[Counts], step: int) -> bool:
    """Return whether a reader could work out a number below the step to within less than half the step.

    All tables have the same sum. The rounded numbers of each give bounds for it, and so for a number in another table.
    """
    ranges = [
        [(count - count % step, count - count % step + step - 1) for _label, count in table]
        for table in found
    ]
    least = max(sum(low for low, _high in table) for table in ranges)
    most = min(sum(high for _low, high in table) for table in ranges)
    for table in ranges:
        lows, highs = sum(low for low, _high in table), sum(high for _low, high in table)
        for low, high in table:
            from_sum = least - (highs - high), most - (lows - low)
            if low == 0 and min(high, from_sum[1]) - max(low, from_sum[0]) < step // 2:
                return True
    return False


def _bars(counts: Counts, step: int) -> list[Bar]:
    bars = [Bar(label, count, step) for label, count in counts]
    largest = max((bar.rounded for bar in bars), default=0)
    for bar in bars:
        bar.largest = largest
    return bars


def _last_months() -> list[datetime.date]:
    """Return the first days of the last twelve months, the earliest first."""
    month = timezone.localdate().replace(day=1)
    found = [month]
    while len(found) < MONTHS:
        month = (month - datetime.timedelta(days=1)).replace(day=1)
        found.append(month)
    return found[::-1]
