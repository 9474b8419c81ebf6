"""`make soak`: a list of 100,000 readers with 1,000 bad lines, the worker killed ten times."""

import time

from tests.soak.importing import hold, import_list, write_list

LINES, WRONG, KILLS = 100_000, 1_000, 10


def test_a_list_of_100000_readers_with_1000_bad_lines(make_server, tmp_path):
    wrong = write_list(tmp_path / "list.csv", LINES, WRONG)
    began = time.monotonic()
    end = import_list(make_server(copy_of="tables"), tmp_path / "list.csv", KILLS, seconds=3)
    print(
        f"\n{LINES} lines in {time.monotonic() - began:.0f} s, killed {KILLS} times; {end['peak']} MB at most"
    )
    hold(end, LINES, wrong)
