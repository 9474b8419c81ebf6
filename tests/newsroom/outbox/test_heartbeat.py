"""The worker's signs of life, on this machine and to others."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from newsroom.outbox import conditions, heartbeat
from newsroom.outbox.models import Beat
from newsroom.storage import keptstate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


def sign(still=0.0, at=0.0, job="reindex"):
    """Write the sign of this machine, as its worker does; `at` and `still` in seconds ago."""
    running = heartbeat.clock.running()
    values = {"machine": "here", "job": job, "job_since": 0.0, "still": still}
    told = {"at": time.time() - at, "boot": running.boot, "running": running.seconds - at}
    keptstate.write(heartbeat._path(), values | told, 1024)


def test_without_a_sign_none_runs():
    assert heartbeat.age() is None
    assert "None runs" in conditions.worker().problem


def test_a_silent_worker_and_a_job_that_hangs_are_told_and_a_long_job_that_goes_on_is_not():
    sign()
    assert conditions.worker().is_well
    sign(at=heartbeat.LATE + 1)
    assert "no sign of life" in conditions.worker().problem
    sign(still=heartbeat.STUCK + 1)
    assert "hangs in the job “reindex”" in conditions.worker().problem
    sign(still=heartbeat.STUCK + 1, job="")
    assert conditions.worker().is_well


def test_a_clock_that_jumps_makes_no_worker_silent(monkeypatch):
    sign()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400)
    assert heartbeat.age() < 5


def test_a_job_goes_on_with_each_step():
    heartbeat.begin("reindex")
    heartbeat._went_on -= 100
    assert heartbeat._now().still >= 100
    heartbeat.keep_beating()
    assert heartbeat._now().still < 5
    heartbeat.begin("")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite serves one machine")
def test_each_machine_has_a_sign_of_its_own_and_one_that_is_gone_is_forgotten():
    sign()
    heartbeat.tell_others()
    values = {"job_since": Now(), "job": ""}
    Beat.objects.create(machine="there", seen_at=Now(), **values)
    assert sorted(one.machine for one in heartbeat.signs()) == sorted({"here", "there", heartbeat.machine()})
    Beat.objects.filter(machine="there").update(seen_at=Now() - timedelta(seconds=heartbeat.LATE + 1))
    assert "The one of there" in conditions.worker().problem
    Beat.objects.filter(machine="there").update(seen_at=Now() - timedelta(seconds=heartbeat.FORGOTTEN + 1))
    heartbeat.tell_others()
    assert not Beat.objects.filter(machine="there").exists()


def test_the_state_can_be_written_while_the_disk_is_full(tmp_path):
    from tests.smalldisk import full, small_disk

    with small_disk(8) as disk:
        if disk is None:
            pytest.skip("only root may mount a disk of its own")
        path = disk / "watch" / "state.json"
        keptstate.write(path, {"n": 1})
        with full(disk):
            keptstate.write(path, {"n": 2, "more": "x" * 20_000})
            assert keptstate.read(path)["n"] == 2
