"""Weekly opening hours: parsed as people write them, and compared with the clock of their time zone."""

import datetime
import re
import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAY = 24 * 60  # minutes
WEEK = 7 * DAY  # minutes
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
FULL_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ALWAYS = re.compile(r"24\s*/\s*7|24\s*h(?:ours)?|always|day and night", re.IGNORECASE)
TIMES = re.compile(r"([0-2]?[0-9])(?:[:.]([0-5][0-9]))?\s*-\s*([0-2]?[0-9])(?:[:.]([0-5][0-9]))?")
UNREADABLE = gettext_lazy(
    "Write weekly hours like this: Mon-Fri 08:00-17:00; Sat 22:00-04:00. For day and night: 24/7."
)


type Span = tuple[int, int]  # start and end in minutes since Monday 00:00; the end may lie in the next day


@dataclass(frozen=True)
class Status:
    """Whether somebody answers at a moment: always, open until a time, or closed until a day and time."""

    kind: str  # 'always', 'open' or 'closed'
    weekday: int = 0  # 0 is Monday
    time: str = ""  # 24-hour clock: 08:00

    @property
    def text(self) -> str:
        """Return it as a sentence, which says that public holidays are not taken into account."""
        if self.kind == "always":
            return _("Open now.")
        if self.kind == "open":
            return _("Open now until %(time)s, unless it is a public holiday there.") % {"time": self.time}
        return _("Closed now. Opens %(day)s %(time)s.") % {"day": WEEKDAYS[self.weekday], "time": self.time}


@dataclass(frozen=True)
class WeeklyHours:
    """The hours of a week, as spans in order of time that don't overlap."""

    spans: tuple[Span, ...]

    @classmethod
    @lru_cache(maxsize=512)  # a page asks for the same few texts again and again
    def parse(cls, text: str) -> Self:
        """Return the hours that a person wrote; raises ValueError for what can't be read."""
        text = " ".join(re.sub(r"[–—−]|\bto\b", "-", text).split())
        if ALWAYS.fullmatch(text):
            return cls(tuple((day * DAY, (day + 1) * DAY) for day in range(7)))
        spans = [span for part in re.split(r"[;\n]", text) if part.strip() for span in _spans(part.strip())]
        if not spans:
            raise ValueError("No hours in it.")
        spans.sort()
        for (_start, end), (start, _end) in zip(spans, [*spans[1:], _later(spans[0])], strict=True):
            if start < end:
                raise ValueError("Two spans overlap.")
        return cls(tuple(spans))

    @property
    def are_always(self) -> bool:
        """Return whether they cover every minute of the week."""
        return sum(end - start for start, end in self.spans) == WEEK

    def at(self, moment: datetime.datetime) -> Status:
        """Return the Status at an aware moment, read in the moment's own time zone."""
        if self.are_always:
            return Status("always")
        minute = moment.weekday() * DAY + moment.hour * 60 + moment.minute
        end = self._end_of_the_span_around(minute)
        if end is not None:
            return Status("open", time=_end_clock(end))
        opens = min((start - minute) % WEEK for start, _end in self.spans) + minute
        return Status("closed", opens // DAY % 7, _clock(opens))

    def _end_of_the_span_around(self, minute: int) -> int | None:
        starts = {start % WEEK: end - start for start, end in self.spans}
        for start, end in self.spans:
            for shift in (0, WEEK):  # the night from Sunday to Monday
                if start <= minute + shift < end:
                    while end % WEEK in starts:  # the next span begins at once: to a caller they are one
                        end += starts[end % WEEK]
                    return end
        return None

    def __str__(self) -> str:
        """Return them in English, as they are stored: 'Mon–Fri 08:00–17:00; Sat 22:00–04:00'."""
        return self._written(DAYS) if not self.are_always else "24/7"

    @property
    def display(self) -> str:
        """Return them in the reader's language."""
        if self.are_always:
            return _("Day and night, every day")
        return self._written([str(WEEKDAYS_ABBR[day]) for day in range(7)])

    def _written(self, names: Sequence[str]) -> str:
        by_day = [
            ", ".join(
                f"{_clock(start)}–{_end_clock(end)}" for start, end in self.spans if start // DAY == day
            )
            for day in range(7)
        ]
        parts: list[str] = []
        day = 0
        while day < 7:
            last = day
            while last < 6 and by_day[last + 1] == by_day[day]:
                last += 1
            if by_day[day]:
                days = names[day] if last == day else f"{names[day]}–{names[last]}"
                parts.append(f"{days} {by_day[day]}")
            day = last + 1
        return "; ".join(parts)


def _later(span: Span) -> Span:
    return span[0] + WEEK, span[1] + WEEK


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _end_clock(minute: int) -> str:
    return _clock(minute) if minute % DAY else "24:00"


def _spans(part: str) -> Iterator[Span]:
    first = re.search(r"[0-9]", part)
    if not first:
        raise ValueError("A day without a time.")
    days, times = _days(part[: first.start()].strip(" :,")), part[first.start() :]
    found = TIMES.findall(times)
    if not found or TIMES.sub("", times).strip(" ,"):
        raise ValueError("Not a time.")
    for day in days:
        for hour, minute, end_hour, end_minute in found:
            start = _minutes(hour, minute)
            end = _minutes(end_hour, end_minute)
            if start in {end, DAY}:
                raise ValueError("A span of no length.")
            yield day * DAY + start, day * DAY + (end if end > start else end + DAY)


def _minutes(hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute or 0)
    if total > DAY:
        raise ValueError("Later than 24:00.")
    return total


def _days(text: str) -> list[int]:
    if not text or text.lower() in {"daily", "every day"}:
        return list(range(7))
    days: list[int] = []
    for piece in text.split(","):
        ends = [_day(name) for name in piece.split("-")]
        if len(ends) > 2:
            raise ValueError("Not a range of days.")
        days += [(ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1)]
    return days


def _day(name: str) -> int:
    name = name.strip(" .").lower()
    for number, full in enumerate(FULL_NAMES):
        if len(name) >= 3 and full.startswith(name):
            return number
    raise ValueError("Not a day.")


def validate_hours(text: str) -> None:
    """Raise ValidationError for hours that WeeklyHours can't read."""
    try:
        WeeklyHours.parse(text)
    except ValueError:
        raise ValidationError(UNREADABLE) from None


def zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the time zone of that name, or None where this machine doesn't know it."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def validate_zone(name: str) -> None:
    """Raise ValidationError for a time zone that this machine doesn't know."""
    if zone(name) is None:
        raise ValidationError(gettext_lazy("Not a time zone. Such as: Asia/Vientiane."))


def clock_in(name: str, now: datetime.datetime) -> datetime.datetime | None:
    """Return a moment in the time zone of that name, or None where this machine doesn't know the zone."""
    here = zone(name)
    return now.astimezone(here) if here else None


def spoken(moment: datetime.datetime) -> str:
    """Return weekday and time, 'Tuesday 14:05', in the moment's own zone; a template would convert to the site's."""
    return f"{WEEKDAYS[moment.weekday()]} {moment:%H:%M}"
