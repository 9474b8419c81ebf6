"""The supervisor's children: whoever dies or hangs is started again, and nobody else."""

import asyncio
import os
import signal
import sys
import threading
import time

import psutil
import pytest

from newsroom.server import hangs, signs
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


# Two web workers, of which the second one gives one sign of life and no other.
WEB = f"""
import os, time
pipe = int(os.environ[{PIPE!r}])
for number in range(2):
    if os.fork() == 0:
        while True:
            os.write(pipe, b"%d\\n" % os.getpid())
            time.sleep(0.1 if number == 0 else 600)
while True:
    os.waitpid(-1, 0)
"""


@pytest.fixture
def make_child():
    """Return a function that starts a child with these seconds of silence; it is stopped after the test."""
    made = []

    def make(code, silence, name="worker"):
        made.append(Child(name, [sys.executable, "-c", code], silence))
        made[-1].start()
        return made[-1]

    yield make
    for child in made:
        child.end_group()
        child.stop(time.monotonic())


def watch(child, seconds):
    """Do what the supervisor does, for so long; return the process ids that the child had."""
    idle, seen = Child("another", [], 1), set()
    looking = hangs.Hangs(child, idle) if child.name == "web" else hangs.Hangs(idle, child)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        child.keep_alive()
        looking.look()
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
    child = make_child(BEATING.format(still=hangs.LONGEST_STEP + 60), silence=10)
    assert len(watch(child, 1.5)) >= 2
    assert "in one step of the job reindex for 61 minutes" in caplog.text


def test_a_slow_start_is_no_hanging(make_child):
    child = make_child("import time; time.sleep(600)", silence=0.2)
    assert len(watch(child, 1)) == 1


def test_of_two_web_workers_the_one_that_hangs_is_killed_and_the_other_serves_on(
    make_child, caplog, monkeypatch
):
    monkeypatch.setattr(hangs, "WEB_WORKER_SILENCE", 0.5)
    web = make_child(WEB, silence=60, name="web")
    process = psutil.Process(web.process.pid)
    both = wait_until(lambda: len(found := process.children()) == 2 and found)
    assert len(watch(web, 1.5)) == 1, "the web process itself goes on"
    assert [one.is_running() for one in sorted(both, key=lambda one: one.pid)] == [True, False]
    assert caplog.text.count("A web worker gives no sign of life") == 1


def test_a_web_worker_gives_signs_by_its_event_loop(monkeypatch):
    ours, theirs = os.pipe()
    monkeypatch.setenv(PIPE, str(theirs))
    monkeypatch.setattr(signs, "EVERY", 0.01)

    def run():
        loop = asyncio.new_event_loop()
        signs.give(loop)
        loop.run_until_complete(asyncio.sleep(0.1))
        loop.close()

    thread = threading.Thread(target=run)  # where a test of the browser has left its own loop running
    thread.start()
    thread.join()
    assert os.read(ours, 65536).decode().splitlines()[:2] == [str(os.getpid())] * 2
    os.close(ours)
    os.close(theirs)


def test_one_that_cannot_be_started_leaves_the_others_alone_and_is_tried_again(caplog):
    child = Child("worker", ["/no/such/program"], 1)
    child.keep_alive()
    child.keep_alive()
    assert child.process is None and child.start_again_at > time.monotonic()
    assert [record.getMessage() for record in caplog.records] == [
        "The worker process can't be started (No such file or directory); trying again in 0.25 s."
    ]
    child.command = [sys.executable, "-c", "import time; time.sleep(600)"]
    assert len(watch(child, 0.6)) == 1
    child.end_group()
    child.stop(time.monotonic())


def test_what_a_supervisor_could_not_hear_while_it_stood_still_is_no_silence(make_child, monkeypatch):
    child = make_child(BEATING.format(still=0), silence=60)
    looking = hangs.Hangs(Child("web", [], 60), child)
    wait_until(child.read_signs)
    looking.heard[os.getpid()] = time.monotonic()
    later = time.monotonic() + 300
    os.kill(child.process.pid, signal.SIGSTOP)  # as everything else on a machine that was paused
    monkeypatch.setattr(time, "monotonic", lambda: later)
    looking.look()
    assert child.process.poll() is None and os.getpid() in looking.heard
