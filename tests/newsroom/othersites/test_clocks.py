"""A clock that nobody keeps right is found by what other sites say when the link checker asks them."""

import datetime as dt
from email.utils import format_datetime

import pytest

from newsroom.othersites import clocks
from newsroom.outbox.conditions import clock_is_right


def heard(seconds, age=0):
    """Return the headers of a site by which our clock is so far ahead."""
    date = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)
    return {"date": format_datetime(date, usegmt=True), "age": str(age)}


@pytest.mark.django_db
def test_ours_is_compared_with_those_of_several_sites(monkeypatch):
    clocks.note("a", heard(600))
    clocks.note("b", heard(600))
    clocks.note("b", {})
    clocks.note("c", {"date": "yesterday"})
    assert clocks.ahead() is None
    clocks.note("kept by a cache", heard(4200, age=3600))
    assert 590 < clocks.ahead() < 610
    clocks.note("wrong itself", heard(99_999))
    assert 590 < clocks.ahead() < 610
    assert "differs from that of other sites by 60" in clock_is_right().problem
    started = clocks._started() - 600
    monkeypatch.setattr(clocks, "_started", lambda: started)  # it was set right: nobody has to be asked again
    assert abs(clocks.ahead()) < 10 and "other sites" not in clock_is_right().problem
    monkeypatch.setattr(clocks, "_boot", lambda: "another one")
    assert clocks.ahead() is None
