"""When an update is due, by dates that this version knows."""

import datetime as dt

from newsroom.conditions import ages

MADE = dt.date(2026, 11, 28)


def test_half_a_year_after_it_was_made_an_update_is_due():
    assert ages.updates("0.1.0", MADE, MADE + dt.timedelta(days=183)).is_well
    assert "0.1.0" in ages.updates("0.1.0", MADE, MADE + dt.timedelta(days=184)).problem


def test_python_and_the_system_have_an_end(monkeypatch):
    monkeypatch.setattr(ages, "PYTHON", dict.fromkeys(ages.PYTHON, dt.date(2028, 10, 31)))
    monkeypatch.setattr(ages, "_system", lambda: "debian 12")
    assert ages.updates("1", dt.date(2028, 6, 1), dt.date(2028, 6, 30)).is_well
    assert ages.updates("1", dt.date(2028, 6, 1), dt.date(2028, 7, 1)).problem.startswith("Debian 12 ")
    monkeypatch.setattr(ages, "_system", lambda: "a system that nobody knows")
    assert ages.updates("1", dt.date(2028, 11, 1), dt.date(2028, 11, 1)).problem.startswith("Python 3.")
