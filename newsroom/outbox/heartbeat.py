"""The worker's signs of life: to its supervisor by a pipe, to this machine by a file, to others by the database.

A thread gives them, so that they stop when the process stops or hangs as a whole, and go on during a long job. They
name the job and when it last went on: a job that hangs is told from one that takes long. None needs the cache, and
those to the supervisor need no disk either.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Now

from newsroom.storage import keptstate

from . import clock
from .models import Beat

EVERY = 5  # seconds
EVERY_TO_OTHERS = 20  # seconds
LATE = 20  # seconds without a sign after which a worker counts as gone
STUCK = 15 * 60  # seconds without a step after which a job counts as hanging
FORGOTTEN = 6 * 3600  # seconds of silence after which another machine is taken for gone
PIPE = "NEWSROOM_SIGNS"  # the variable with the number of the pipe to the supervisor

_job, _job_since, _went_on = "", 0.0, time.monotonic()


@dataclass(frozen=True)
class Sign:
    """The last sign of life of a worker: its seconds of age, its job ("": none) and seconds since that went on."""

    machine: str
    age: float
    job: str = ""
    job_since: float = 0.0  # seconds since 1970
    still: float = 0.0

    @property
    def is_late(self) -> bool:
        """Return whether the worker counts as gone."""
        return self.age > LATE

    @property
    def is_stuck(self) -> bool:
        """Return whether its job hangs."""
        return bool(self.job) and self.still > STUCK


def begin(job: str) -> None:
    """Note that a job begins; "" means that none runs."""
    global _job, _job_since
    _job, _job_since = job, time.time()
    keep_beating()


def keep_beating() -> None:
    """Note that the job goes on; long jobs call it between two steps. Costs next to nothing, and raises nothing."""
    global _went_on
    _went_on = time.monotonic()


def machine() -> str:
    """Return the name of this machine."""
    return socket.gethostname()[:100]


def _path() -> Path:
    return Path(settings.DATA_DIR) / "watch" / "worker.json"


def _now() -> Sign:
    return Sign(machine(), 0.0, _job, _job_since, time.monotonic() - _went_on)


def start() -> None:
    """Give signs of life until the process ends."""
    threading.Thread(target=_give, name="signs-of-life", daemon=True).start()
    if connection.vendor != "sqlite":  # which serves one machine
        threading.Thread(target=_give_to_others, name="signs-to-others", daemon=True).start()


def stop() -> None:
    """Take the signs back: this worker ends as it should."""
    _path().unlink(missing_ok=True)
    with suppress(DatabaseError):
        Beat.objects.filter(machine=machine()).delete()


def _give() -> None:
    pipe = int(os.environ.get(PIPE, "-1"))
    while True:
        sign = asdict(_now())
        if pipe >= 0:
            with suppress(OSError):
                os.write(pipe, f"{sign['still']:.0f} {sign['job']}\n".encode())
        with suppress(OSError):  # a full disk, or one that can't be written
            running = clock.running()
            keptstate.write(
                _path(), sign | {"at": time.time(), "boot": running.boot, "running": running.seconds}, 1024
            )
        time.sleep(EVERY)


def _give_to_others() -> None:
    while True:
        with suppress(Exception):  # whatever a driver raises: the next attempt follows
            tell_others()
        with suppress(Exception):
            connection.close()
        time.sleep(EVERY_TO_OTHERS)


def tell_others() -> None:
    """Write the sign of this machine's worker to the database, and delete those of machines that are gone."""
    sign = _now()
    values = {"job": sign.job, "still": sign.still, "job_since": datetime.fromtimestamp(sign.job_since, UTC)}
    Beat.objects.update_or_create(machine=sign.machine, defaults={"seen_at": Now(), **values})
    Beat.objects.filter(seen_at__lt=Now() - timedelta(seconds=FORGOTTEN)).delete()


def signs() -> Iterator[Sign]:
    """Yield the last sign of each worker: of this machine by its file, of others by the database (DatabaseError)."""
    own = here()
    if own is not None:
        yield own
    if connection.vendor == "sqlite":
        return
    for beat in Beat.objects.annotate(age=Now() - F("seen_at")):
        if own is None or beat.machine != own.machine:
            age = beat.age.total_seconds()
            yield Sign(beat.machine, age, beat.job, beat.job_since.timestamp(), beat.still + age)


def here() -> Sign | None:
    """Return the last sign of the worker of this machine, or None; its age does not depend on how the clock is set."""
    kept = keptstate.read(_path(), "machine", "job", "job_since", "still", "at", "boot", "running")
    if kept is None:
        return None
    running = clock.running()
    same_boot = kept["boot"] and kept["boot"] == running.boot
    age = running.seconds - kept["running"] if same_boot else time.time() - kept["at"]
    age = max(age, 0.0)
    return Sign(kept["machine"], age, kept["job"], kept["job_since"], kept["still"] + age)


def age() -> float | None:
    """Return the seconds since the last sign of any worker, or None without one."""
    return min((round(sign.age, 1) for sign in signs()), default=None)
