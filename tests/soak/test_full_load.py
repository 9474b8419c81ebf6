"""`make soak`: ten minutes at full load, each child killed, and a disk that is full (Must hold 6 of the page cache).

SOAK_MINUTES makes it shorter or longer.
"""

import os

import pytest

from tests.conftest import database_url
from tests.smalldisk import small_disk
from tests.soak.freshness import readers
from tests.soak.fullload import BACK, Load, seconds_until_back, statuses_on_a_full_disk
from tests.soak.killing import campaign
from tests.soak.killing import readers as subscribers

SECONDS = 60 * float(os.environ.get("SOAK_MINUTES", "10"))
SUBSCRIBERS = 200  # for each second: more than leave in it


@pytest.fixture
def site(tmp_path):
    with small_disk(400) as disk:
        addresses = subscribers(int(SUBSCRIBERS * SECONDS))
        data_dir = disk / "data" if disk else None
        with campaign(
            tmp_path, addresses, database_url(), senders=0, data_dir=data_dir, WORKERS="2"
        ) as running:
            running.site.start("serve")
            yield running


def test_it_stands_full_load_deaths_of_its_processes_and_a_full_disk(site):
    load = Load(site, SECONDS)
    print(f"\n{load.published} articles published, {load.sent} messages sent\n{load.said}")
    for name in load.sizes[-1]:
        print(f"{name}: {load.sizes[0].get(name, 0):.0f} MB at first, {load.sizes[-1][name]:.0f} MB at last")
    load.hold()
    assert load.sent_late > 0  # the newsletter went out until the end
    assert load.grown() == {}
    with readers(site.site):
        back = {victim: seconds_until_back(site.site, victim) for victim in ("web worker", "worker", "web")}
    print(back)
    assert max(back.values()) < BACK
    if os.geteuid() == 0:
        reading, writing, text = statuses_on_a_full_disk(site.site)
        assert reading == [200] * 4
        assert writing == 503 if not database_url() else writing in {200, 503}
        assert "<title>" in text
