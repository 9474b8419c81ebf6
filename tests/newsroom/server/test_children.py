"""The supervisor's children: whoever dies or hangs is started again, and nobody else."""

import os
import signal
import sys
import time

import psutil
import pytest

from newsroom import serving
from newsroom.server.children import PIPE, Child
from tests.servers import wait_until

# Gives a sign of life every tenth of a second, and has a child of its own.
BEATING = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
while True:
    os.write(int(os.environ[{PIPE!r}]), b"{{still}} reindex\\n")
    time.sleep(0.1)
"""


@pytest.fixture
def make_child():
    """Return a function that starts a child with these seconds of silence; it is stopped after the test."""
    made = []

    def make(code, silence):
        made.append(Child("worker", [sys.executable, "-c", code], silence))
        made[-1].start()
        return made[-1]

    yield make
    for child in made:
        child.end_group()
        child.stop(time.monotonic())


def watch(child, seconds):
    """Do what the supervisor does, for so long; return the process ids that the child had."""
    idle, seen = Child("web", [], 1), set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        child.keep_alive()
        serving.end_what_hangs(idle, child)
        if child.process:
            seen.add(child.process.pid)
        time.sleep(0.02)
    return seen


def test_a_child_that_is_stopped_is_killed_with_its_group_and_started_again(make_child, caplog):
    child = make_child(BEATING.format(still=0), silence=1)
    wait_until(child.read_signs)
    first = psutil.Process(child.process.pid)
    (grandchild,) = wait_until(first.children)
    os.kill(first.pid, signal.SIGSTOP)
    assert len(watch(child, 3)) == 2
    assert not first.is_running()
    wait_until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)
    wait_until(child.read_signs)
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0] == "The worker process gives no sign of life; it is killed and started again."


def test_a_long_job_that_goes_on_is_left_alone(make_child):
    child = make_child(BEATING.format(still=40), silence=1)
    wait_until(child.read_signs)
    assert len(watch(child, 2)) == 1


def test_a_job_that_does_not_go_on_for_an_hour_is_ended(make_child, caplog):
    child = make_child(BEATING.format(still=serving.LONGEST_STEP + 60), silence=10)
    assert len(watch(child, 1.5)) >= 2
    assert "in one step of the job reindex for 61 minutes" in caplog.text


def test_a_slow_start_is_no_hanging(make_child):
    child = make_child("import time; time.sleep(600)", silence=0.2)
    assert len(watch(child, 1)) == 1
