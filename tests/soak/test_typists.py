"""`make soak`: twenty editors type for ten minutes beside readers at full speed; SOAK_MINUTES makes it shorter."""

import os

from tests.soak.typists import play

SECONDS = 60 * float(os.environ.get("SOAK_MINUTES", "10"))


def test_twenty_editors_type_for_ten_minutes_and_nobody_is_refused(make_server):
    times = play(make_server(copy_of="demo").start(), SECONDS)
    assert times[len(times) * 99 // 100] < 1000  # milliseconds: what is typed is at the server within 5 s
