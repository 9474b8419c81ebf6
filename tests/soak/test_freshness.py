"""`make soak`: 200 changes of everything that visitors see, under full load, each seen by everybody a second later."""

import pytest

from tests.conftest import database_url
from tests.servers import Server
from tests.soak.freshness import Editor, readers, stale_pages

ROUNDS = 17
SLOWEST = 100  # milliseconds, of 99 in 100 answers


@pytest.fixture
def site():
    """Return the demo, served by four processes."""
    server = Server(database_url(), copy_of="demo", WORKERS="4")
    try:
        yield server.start()
    finally:
        server.remove()


def test_what_was_changed_a_second_ago_is_seen_by_everybody(site):
    editor = Editor(site)
    with readers(site) as end:
        stale = stale_pages(site, editor, ROUNDS)
        slowest, errors, output = end() if end else (0, 0, "wrk is missing: `apt-get install wrk` brings it")
    editor.close()
    print(f"\n{editor.changes} changes, {len(stale)} stale answers\n{output}")
    assert stale == []
    assert errors == 0
    assert slowest < SLOWEST
