"""How many inquiries came, by month, kind and country: from counters that point to none of them.

Every number is rounded down to a multiple of five, and what is below is '<5', nothing included. So no table gives
away, by its sum or beside another one, how many the few were; nor does one and the same table a day later.
"""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inquiries.models import MonthlyFigures
from inquiries.models.inquiry import Kind
from newsroom import countries

MONTHS = 12
STEPS = (
    5,
    10,
    25,
    50,
    100,
    1_000,
    10_000,
)  # to round to; a larger one where a smaller one gives something away
WIDEST = 100  # units of the chart's bars

Counts = list[tuple[str, int]]  # label and number, in the order of a table


@dataclass
class Bar:
    """A line of a table and the bar beside it."""

    label: str
    count: int  # exact; only what is rounded is shown
    step: int
    largest: int = 0  # of the table, rounded

    @property
    def rounded(self) -> int:
        """Return the number, rounded down."""
        return self.count - self.count % self.step

    @property
    def is_few(self) -> bool:
        """Return whether it may have been any small number, or nothing."""
        return self.rounded == 0

    @property
    def shown(self) -> str:
        """Return the rounded number, or '<5'."""
        return f"<{self.step}" if self.is_few else str(self.rounded)

    @property
    def width(self) -> int:
        """Return the length of the bar; all of '<5' have one length, which tells no more than the text."""
        return round(WIDEST * (self.rounded or self.step / 2) / max(self.largest, self.step))


def tables() -> list[tuple[str, str, list[Bar]]]:
    """Return the figures of the last twelve months three times: a title, the head of its column, its bars."""
    by_month, by_kind, by_country = _counted()
    months = [(date_format(month, "YEAR_MONTH_FORMAT"), by_month[month]) for month in _last_months()]
    kinds = [(str(label), by_kind[kind]) for kind, label in Kind.choices]
    step = next(
        step
        for step in STEPS
        if step == STEPS[-1] or not _tells([months, kinds, _named(by_country, step)], step)
    )
    return [
        (_("By month"), _("Month"), _bars(months, step)),
        (_("By kind"), _("Kind"), _bars(kinds, step)),
        (_("By country"), _("Country"), _bars(_named(by_country, step), step)),
    ]


def step_of(found: list[tuple[str, str, list[Bar]]]) -> int:
    """Return to which multiples the numbers of these tables are rounded."""
    return found[0][2][0].step


def _counted() -> tuple[Counter[datetime.date], Counter[str], Counter[str]]:
    by_month, by_kind, by_country = Counter(), Counter(), Counter()
    for row in MonthlyFigures.objects.filter(month__gte=_last_months()[0]):
        for name, count in row.words["counts"].items():
            kind, _space, country = name.partition(" ")
            by_month[row.month] += count
            by_kind[kind] += count
            by_country[country] += count
    return by_month, by_kind, by_country


def _named(by_country: Counter[str], step: int) -> Counts:
    """Return the countries that are not few, the largest first, and the others as one: a name tells of somebody."""
    many = [(country, count) for country, count in by_country.items() if count >= step]
    many.sort(key=lambda item: (-(item[1] // step), countries.name_of(item[0])))
    others = sum(by_country.values()) - sum(count for _country, count in many)
    named = [(countries.name_of(country) or _("not named"), count) for country, count in many]
    return [*named, (_("other countries together"), others)]


def _tells(found: list[Counts], step: int) -> bool:
    """Return whether the tables, which share one sum, leave a hidden number less than half of its range."""
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
