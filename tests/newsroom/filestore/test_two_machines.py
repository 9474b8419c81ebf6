"""PostgreSQL, Redis, a bucket, two web servers and two workers: the ways that people go, and kills, in short form."""

import pytest

from tests.conftest import database_url
from tests.soak.twomachines import two_machines


def test_two_machines_are_one_site_and_lose_nothing_when_processes_are_killed(tmp_path):
    if not database_url():
        pytest.skip("SQLite serves one machine; DATABASE_URL chooses PostgreSQL.")
    with two_machines(tmp_path, database_url()) as two:
        two.start()
        two.publish_with_a_picture()
        two.publish_a_document()
        two.sign_up()
        two.ask_and_answer()
        two.send_an_issue(60, [lambda: two.b.kill_child("worker"), lambda: two.a.kill_child("newsroom.server.processes"),
                               two.a.kill_supervisor])  # fmt: skip
