"""Until when a page holds if nothing is changed: what it shows may begin, end or change by the clock alone.

Whatever reads the clock for visitors says here when it would read otherwise; whoever stores the page collects that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from . import contentversion

type NextChange = Callable[[datetime], datetime | None]

_remembered: dict[str, tuple[int, datetime | None]] = {}  # of a question: content version, and its answer


class Deadline:
    """The earliest moment that was said while it was collected, None where nothing depends on the clock."""

    def __init__(self) -> None:
        self.moment: datetime | None = None
        self.questions: dict[str, tuple[datetime, NextChange]] = {}

    def note(self, moment: datetime | None) -> None:
        """Note a moment, which counts if it is the earliest."""
        if moment is not None and (self.moment is None or moment < self.moment):
            self.moment = moment


_collected: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def collecting() -> Iterator[Deadline]:
    """Collect what is said in the block; the deadline is complete after it, and holds for a block around it too."""
    deadline, outer = Deadline(), _collected.get()
    token = _collected.set(deadline)
    try:
        yield deadline
        for name, (now, ask) in deadline.questions.items():
            deadline.note(_answered(name, now, ask))
    finally:
        _collected.reset(token)
    if outer is not None:
        outer.note(deadline.moment)


def holds_until(moment: datetime | None) -> None:
    """Say that what is shown holds until a moment; None says nothing."""
    deadline = _collected.get()
    if deadline is not None:
        deadline.note(moment)


def holds_until_next(name: str, now: datetime, ask: NextChange) -> None:
    """Say that what is shown, as of now, holds until ask(now).

    It is asked once, after the page is made, however often this is called with the same name; and then once in a
    content version, so ask() may depend on the content and on the given moment alone.
    """
    deadline = _collected.get()
    if deadline is not None:
        deadline.questions.setdefault(name, (now, ask))


def _answered(name: str, now: datetime, ask: NextChange) -> datetime | None:
    version = contentversion.current()
    known = _remembered.get(name)
    if known and known[0] == version and (known[1] is None or known[1] > now):
        return known[1]
    moment = ask(now)
    if version is not None:
        _remembered[name] = (version, moment)
    return moment


def forget() -> None:
    """Forget every answer, such as after another database has taken the place of this one."""
    _remembered.clear()


def next_of(rows: "QuerySet", now: datetime, *fields: str) -> datetime | None:
    """Return the earliest time after now that any of these fields of the rows holds; an index finds each."""
    later = (rows.filter(**{f"{field}__gt": now}).order_by(field) for field in fields)
    found = (one.values_list(field, flat=True).first() for one, field in zip(later, fields, strict=True))
    return min((moment for moment in found if moment), default=None)


def today() -> date:
    """Return the day in the site's time zone, and say that what is shown holds until it ends."""
    day = timezone.localdate()
    holds_until(end_of(day))
    return day


def this_year() -> int:
    """Return the year in the site's time zone, and say that what is shown holds until it ends."""
    year = timezone.localdate().year
    holds_until(start_of(date(year + 1, 1, 1)))
    return year


def this_month() -> tuple[int, int]:
    """Return the year and the month in the site's time zone, and say that what is shown holds until it ends."""
    day = timezone.localdate()
    holds_until(start_of((day.replace(day=28) + timedelta(days=4)).replace(day=1)))
    return day.year, day.month


def this_minute() -> datetime:
    """Return the time, and say that what is shown holds until the minute ends."""
    now = timezone.now()
    holds_until(now.replace(second=0, microsecond=0) + timedelta(minutes=1))
    return now


def end_of(day: date) -> datetime | None:
    """Return when a day ends in the site's time zone; None for the last of the calendar, with which people say never."""
    return None if day == date.max else start_of(day + timedelta(days=1))


def start_of(day: date) -> datetime:
    """Return when a day begins in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))
