"""The worker process: runs the jobs that apps offer, each at its interval, one after the other."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.db import close_old_connections

from newsroom.conditions.watch import Watch
from newsroom.faults import outages, writers
from newsroom.guard import signalled
from newsroom.offers import offered

from . import heartbeat, pausing

logger = logging.getLogger(__name__)
stopping = threading.Event()  # long jobs check it between two steps


@dataclass
class Job:
    """A function without arguments that is called every `every` seconds."""

    name: str
    every: float
    run: Callable[[], object]
    runs_while_paused: bool = False  # it sends nothing, and deletes nothing by age
    due_at: float = field(default=0.0, compare=False)


@cache
def jobs() -> dict[str, Job]:
    """Return the jobs that apps offer in `jobs` of their config, by name."""
    return {job.name: job for job in offered("jobs")}


def run_due(now: float | None = None) -> None:
    """Run the jobs that are due, the longest due first; one that fails does not stop the others."""
    now = time.monotonic() if now is None else now
    for job in sorted((job for job in jobs().values() if job.due_at <= now), key=lambda job: job.due_at):
        if stopping.is_set():
            return
        job.due_at = now + job.every
        close_old_connections()
        heartbeat.begin(job.name)
        try:
            if job.runs_while_paused or not pausing.is_paused():
                job.run()
        except Exception as error:
            if outages.note(error) is not None:
                continue  # logged once, however many jobs meet it
            logger.exception("The job %s failed; it runs again in %s s.", job.name, job.every)
        finally:
            heartbeat.begin("")
            close_old_connections()


def run_forever() -> None:
    """Run jobs until SIGTERM or SIGINT."""
    writers.watch_connections(outages.note_success)
    signalled.set_at(stopping, signal.SIGTERM, signal.SIGINT)
    heartbeat.start()
    if heartbeat.PIPE not in os.environ:  # there is no supervisor, whose watch would tell
        at_once = threading.Event()
        at_once.set()
        Watch().start(stopping, at_once)
    while not stopping.is_set():
        run_due()
        heartbeat.keep_beating()
        next_due = min(job.due_at for job in jobs().values())
        stopping.wait(min(max(next_due - time.monotonic(), 0.05), 1))
    heartbeat.stop()
