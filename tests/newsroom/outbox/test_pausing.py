"""The worker's pause after a backup was put back."""

import pytest

from newsroom.outbox import pausing, worker
from newsroom.outbox.worker import Job

pytestmark = pytest.mark.django_db(transaction=True)


def test_only_jobs_that_send_and_delete_nothing_run_while_it_lasts(monkeypatch):
    ran = []
    found = {
        name: Job(name, 1, lambda name=name: ran.append(name), runs_while_paused=name == "harmless")
        for name in ("mail", "harmless")
    }
    monkeypatch.setattr(worker, "jobs", lambda: found)
    pausing.pause()
    pausing.pause()
    worker.run_due(1)
    assert ran == ["harmless"]
    assert pausing.since() is not None
    pausing.resume()
    worker.run_due(10)
    assert sorted(ran) == ["harmless", "harmless", "mail"]
