"""What breaks is told by monitoring, the first page and one line of the log; visitors are served, and nothing is lost."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.conftest import database_url
from tests.servers import wait_until
from tests.smalldisk import small_disk
from tests.soak.breaking import Site

SOON = 30  # seconds, where the watch looks every second; by default it looks every 30


@pytest.fixture
def place():
    """Yield a disk of its own where we may mount one, else a folder."""
    with small_disk(420) as disk:
        folder = disk or Path(tempfile.mkdtemp(prefix="newsroom-breaking-"))
        yield folder, bool(disk)
        if not disk:
            shutil.rmtree(folder)


def test_each_thing_that_breaks_is_told_and_nothing_is_lost(place):
    folder, has_disk = place
    site = Site(folder, database_url(), every=1)
    try:
        site.start("serve")
        wait_until(lambda: site.failing() == (200, []), SOON)

        assert site.ask("/newsletter/", {"address": "ann@example.org"})[0] == 302
        site.hears_of("mail", SOON)
        with site.worker_stopped():
            parts = ["clock", "backup", *(["disk"] if has_disk else []), *(["cache"] if site.redis else [])]
            for part in parts:
                with site.broken(part):
                    site.hears_of(part, SOON)
                site.is_well_again(part, SOON)
            with site.broken("database"):
                site.hears_of("database", SOON, on_first_page=False)
            site.is_well_again("database", SOON)
            site.hears_of("worker", SOON)
        site.is_well_again("worker", SOON)

        site.post.takes_password = True
        site.sql("UPDATE outbox_mail SET due_at = '2026-01-01 00:00:00+00:00'")
        wait_until(lambda: site.post.taken == ["ann@example.org"], SOON)
        site.is_well_again("mail", SOON + 60)
        assert "Traceback" not in site.output
    finally:
        print(site.output)
        site.remove()
