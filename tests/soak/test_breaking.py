"""`make soak`: what breaks is told within a minute where the watch looks as often as on a real site; what hangs is restarted."""

import os
import signal

import psutil
import pytest

from tests.conftest import database_url
from tests.servers import wait_until
from tests.smalldisk import small_disk
from tests.soak.breaking import Site

MINUTE = 60


@pytest.fixture
def site():
    with small_disk(900) as folder:
        if folder is None:
            pytest.skip("only root may mount a disk of its own")
        running = Site(folder, database_url(), every=30)
        try:
            running.start("serve")
            wait_until(lambda: running.failing() == (200, []), MINUTE)
            yield running
        finally:
            print(running.output)
            running.remove()


def test_each_thing_that_breaks_is_told_within_a_minute(site):
    site.ask("/newsletter/", {"address": "ann@example.org"})
    site.hears_of("mail", MINUTE + 5)  # the sign-up itself takes a moment
    for part in ("clock", "backup", "disk", "cache"):
        with site.broken(part):
            site.hears_of(part, MINUTE)
        site.is_well_again(part, MINUTE)
    with site.broken("database"):
        site.hears_of("database", MINUTE, on_first_page=False)
    site.is_well_again("database", MINUTE)


def test_a_worker_that_hangs_is_told_and_restarted(site):
    before = site.worker
    os.kill(before.pid, signal.SIGSTOP)
    site.hears_of("worker", MINUTE)
    wait_until(lambda: site.worker and site.worker.pid != before.pid, MINUTE)
    site.is_well_again("worker", MINUTE)
    assert "gives no sign of life; it is killed and started again" in site.output


def test_a_web_process_that_answers_nothing_is_restarted(site):
    web = [
        child
        for child in psutil.Process(site.process.pid).children(recursive=True)
        if "newsroom.server.processes" in " ".join(child.cmdline())
    ]
    for process in web:
        os.kill(process.pid, signal.SIGSTOP)
    wait_until(lambda: "The web process gives no sign of life" in site.output, 3 * MINUTE)
    wait_until(lambda: site.answers("/get-help/"), MINUTE)
    left = [one for one in web if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert left == []


def test_one_of_two_web_workers_that_hangs_is_replaced(site):
    site.stop()
    site.env["WORKERS"] = "2"
    site.start("serve")
    family = psutil.Process(site.process.pid).children(recursive=True)
    hanging = next(
        one for one in family if one.ppid() not in {site.process.pid, one.pid} and not one.children()
    )
    os.kill(hanging.pid, signal.SIGSTOP)
    wait_until(lambda: "A web worker gives no sign of life" in site.output, 2 * MINUTE)
    wait_until(lambda: not hanging.is_running(), 10)
    assert [site.answers("/get-help/") for _ in range(20)] == [True] * 20
    assert "The web process gives no sign of life" not in site.output
