"""`make soak`: two machines as one site; their processes killed one by one, and one machine cut off from power."""

import os

from tests.conftest import database_url
from tests.soak.cluster import cluster
from tests.soak.twomachines import two_machines

READERS = int(os.environ.get("SOAK_READERS", 3000))
ROUNDS = int(os.environ.get("SOAK_KILLS", 20)) // 5


def ways(two):
    """Let people go all the ways, and print what was measured."""
    two.start()
    two.refuse_a_stranger()
    two.publish_with_a_picture()
    two.publish_a_document()
    two.sign_up()
    two.ask_and_answer()
    a, b, web = two.a, two.b, "newsroom.server.processes"
    once = [lambda: a.kill_child("worker"), lambda: b.kill_child("worker"), lambda: a.kill_child(web),
            a.kill_supervisor, b.kill_all]  # fmt: skip
    # A machine without power stays off until the last round is over: the other one finishes its messages.
    rounds = [*(once[:4] * ROUNDS), once[4]]
    two.send_an_issue(READERS, rounds)
    b.start_again()
    two.ask_and_answer()
    print(f"\n{two.figures}")


def test_two_machines_whose_processes_are_killed(tmp_path):
    if database_url():
        with two_machines(tmp_path, database_url(), OUTBOX_LEASE="20") as two:
            ways(two)
    else:
        with cluster() as postgres, two_machines(tmp_path, postgres.url, True, OUTBOX_LEASE="20") as two:
            ways(two)
