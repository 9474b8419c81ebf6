"""Weekly hours: read as people write them, over midnight, across time zones, and honest about holidays."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from articles.places.hours import WeeklyHours, clock_in, validate_hours, validate_zone

UTC = datetime.UTC


def at(text, zone, year, month, day, hour, minute=0):
    """Return the status of the hours at a moment that is given in UTC."""
    moment = datetime.datetime(year, month, day, hour, minute, tzinfo=UTC)
    return WeeklyHours.parse(text).at(clock_in(zone, moment))


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Mon-Fri 08:00-17:00", "Mon–Fri 08:00–17:00"),
        ("monday to friday 8-17", "Mon–Fri 08:00–17:00"),
        ("Mon – Fri 8.30 – 17.00; Sat 9-12", "Mon–Fri 08:30–17:00; Sat 09:00–12:00"),
        ("Mon, Wed 09:00-12:00, 13:00-17:00", "Mon 09:00–12:00, 13:00–17:00; Wed 09:00–12:00, 13:00–17:00"),
        ("Fri-Mon 20:00-02:00", "Mon 20:00–02:00; Fri–Sun 20:00–02:00"),
        ("daily 0:00-24:00", "24/7"),
        ("24/7", "24/7"),
        ("day and night", "24/7"),
        ("22:00-06:00", "Mon–Sun 22:00–06:00"),
    ],
)
def test_it_reads_hours_as_people_write_them(written, stored):
    assert str(WeeklyHours.parse(written)) == stored
    assert str(WeeklyHours.parse(stored)) == stored


@pytest.mark.parametrize("written", ["", "often", "Mon", "Mon 8", "Mon 25:00-26:00", "Mon 8:00-8:00", "Mo 8-9",
                                     "Mon-Tue-Wed 8-9", "Mon 8-12, 11-13", "Mon 22-04; Tue 03-05", "Sun 22-04; Mon 3-5",
                                     "Mon 8-17 or so", "Mon 24:00-24:00", "Mon 8:60-9:00"])  # fmt: skip
def test_it_refuses_hours_that_no_clock_could_tell(written):
    with pytest.raises(ValueError):
        WeeklyHours.parse(written)
    with pytest.raises(ValidationError):
        validate_hours(written)


def test_open_now_goes_by_the_clock_of_the_place():
    hours = "Mon-Fri 08:00-17:00"
    # Tuesday 07:30 in Bangkok is 00:30 in London; the winter clock of London is UTC.
    assert at(hours, "Asia/Bangkok", 2026, 1, 6, 0, 30).kind == "closed"
    assert at(hours, "Asia/Bangkok", 2026, 1, 6, 1, 0).kind == "open"
    assert at(hours, "Asia/Bangkok", 2026, 1, 6, 9, 59).kind == "open"
    assert at(hours, "Asia/Bangkok", 2026, 1, 6, 10, 0).kind == "closed"
    # Monday morning in Port Moresby, when it is Sunday in UTC; Friday evening in Honolulu, Saturday in UTC.
    assert at(hours, "Pacific/Port_Moresby", 2026, 1, 4, 23, 0).kind == "open"
    assert at(hours, "Pacific/Honolulu", 2026, 1, 10, 2, 30).kind == "open"


def test_open_now_holds_over_midnight_and_over_the_end_of_the_week():
    night = "Fri-Sun 22:00-04:00"
    assert at(night, "UTC", 2026, 1, 9, 21, 59).kind == "closed"  # a Friday
    assert at(night, "UTC", 2026, 1, 9, 23, 0).kind == "open"
    assert at(night, "UTC", 2026, 1, 10, 3, 59).time == "04:00"
    assert at(night, "UTC", 2026, 1, 12, 3, 59).kind == "open"  # Monday, from the night of Sunday
    assert at(night, "UTC", 2026, 1, 12, 4, 0).kind == "closed"
    assert at("Mon 00:00-24:00; Tue 00:00-06:00", "UTC", 2026, 1, 5, 12).time == "06:00"
    assert at("Mon 08:00-24:00", "UTC", 2026, 1, 5, 12).time == "24:00"


def test_a_change_of_the_clock_moves_the_hours_with_it():
    hours = "daily 08:00-17:00"
    assert at(hours, "Europe/Berlin", 2026, 3, 28, 7, 30).kind == "open"  # 08:30, winter
    assert at(hours, "Europe/Berlin", 2026, 3, 29, 6, 30).kind == "open"  # 08:30, summer has begun
    assert at(hours, "Europe/Berlin", 2026, 3, 29, 15, 30).kind == "closed"


def test_closed_says_when_it_opens_next():
    status = at("Mon-Fri 08:00-17:00", "UTC", 2026, 1, 9, 18)  # Friday evening
    assert status.text == "Closed now. Opens Monday 08:00."


def test_it_is_honest_about_public_holidays_and_certain_where_there_are_none():
    assert "public holiday" in at("Mon-Fri 08:00-17:00", "UTC", 2026, 1, 6, 12).text
    assert at("24/7", "UTC", 2026, 1, 6, 12).text == "Open now."


def test_a_time_zone_that_nobody_knows_is_refused_and_never_guessed():
    with pytest.raises(ValidationError):
        validate_zone("Asia/Atlantis")
    assert clock_in("Asia/Atlantis", datetime.datetime(2026, 1, 6, tzinfo=UTC)) is None
    assert clock_in("../etc/passwd", datetime.datetime(2026, 1, 6, tzinfo=UTC)) is None
