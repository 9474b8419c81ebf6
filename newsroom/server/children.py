"""A child process of the supervisor: started again when it dies or hangs."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings

LONGEST_PAUSE = 30  # seconds between two starts of a child that keeps dying
STEADY = 60  # seconds of running after which earlier deaths of a child no longer count
SLOW_START = 300  # seconds that a child may take until its first sign of life
PIPE = "NEWSROOM_SIGNS"  # the variable that tells a child the number of the pipe for its signs of life

log = logging.getLogger(__name__)


class Child:
    """A child process in a process group of its own.

    Whoever hears a sign of life calls heard(); after `silence` seconds without one it counts as hanging.
    """

    def __init__(
        self, name: str, command: Sequence[str], silence: float, descriptors: Sequence[int] = ()
    ) -> None:
        self.name = name
        self.command = command
        self.silence = silence
        self.descriptors = descriptors  # open files that it is handed
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = self.start_again_at = 0.0
        self.heard_at: float | None = None  # None: not yet since it was started
        self.deaths = 0
        self.was_killed = False  # by us, because it hung
        self.signs: int | None = None  # the end of the pipe that we read

    def start(self) -> None:
        """Start it, so that it finds the project and its data from any working directory."""
        self._close_signs()
        self.signs, theirs = os.pipe()
        os.set_blocking(self.signs, False)
        os.set_blocking(theirs, False)
        environment = os.environ | {
            PIPE: str(theirs),
            "DATA_DIR": str(settings.DATA_DIR),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")])
            ),
        }
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self.command,
                env=environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[theirs, *self.descriptors],
            )
        finally:
            os.close(theirs)
        self.started_at = time.monotonic()
        self.heard_at = None

    def keep_alive(self) -> None:
        """Restart it if it has died, with exponential backoff while it keeps dying."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.end_group()  # its own children could hold the port
            if now - self.started_at > STEADY:
                self.deaths = 0
            pause = min(0.25 * (2**self.deaths - 1), LONGEST_PAUSE)  # none after the first death
            self.deaths += 1
            self.start_again_at = now + pause
            if not self.was_killed:
                code = self.process.returncode
                log.warning("The %s process ended (%s); starting it again in %g s.", self.name, code, pause)
            self.was_killed = False
            self.process = None
        if self.process is None and now >= self.start_again_at:
            try:
                self.start()
            except OSError as error:  # no memory, no process or no open file more: the other children go on
                self._put_off(error, now)

    def _put_off(self, error: OSError, now: float) -> None:
        """Note that it could not be started, and when that is tried again."""
        pause = min(0.25 * 2**self.deaths, LONGEST_PAUSE)
        self.deaths += 1
        self.start_again_at = now + pause
        log.error(
            "The %s process can't be started (%s); trying again in %g s.", self.name, error.strerror, pause
        )

    def read_lines(self) -> list[str]:
        """Return the lines that have come through the pipe."""
        if self.signs is None:
            return []
        with suppress(BlockingIOError):
            return os.read(self.signs, 65536).decode("utf-8", "replace").splitlines()
        return []

    def read_signs(self) -> list[str]:
        """Return the signs of life that have come through the pipe, and count them as heard."""
        lines = self.read_lines()
        if lines:
            self.heard()
        return lines

    def excuse(self, seconds: float) -> None:
        """Count so many seconds for no silence: nobody was there to hear a sign."""
        self.started_at += seconds
        if self.heard_at is not None:
            self.heard_at += seconds

    def heard(self) -> None:
        """Note a sign of life."""
        self.heard_at = time.monotonic()

    def is_silent(self) -> bool:
        """Return whether it runs, and has given no sign of life for too long."""
        if self.process is None or self.process.poll() is not None:
            return False
        if self.heard_at is None:
            return time.monotonic() - self.started_at > SLOW_START
        return time.monotonic() - self.heard_at > self.silence

    def end_hanging(self, why: str) -> None:
        """Kill it and its group, so that keep_alive() starts it anew."""
        if self.process is not None:
            log.error("The %s process %s; it is killed and started again.", self.name, why)
            self.end_group()
            self.process.wait()
            self.was_killed = True

    def ask_to_stop(self) -> None:
        """Send SIGTERM if it runs; SIGCONT too, without which a stopped process would not hear it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)

    def end_group(self) -> None:
        """Kill what is left of its process group."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self, deadline: float) -> None:
        """Wait for its end until the deadline of time.monotonic(), then kill it."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(max(deadline - time.monotonic(), 0))
            self.end_group()
            self.process.wait()
        self._close_signs()

    def _close_signs(self) -> None:
        if self.signs is not None:
            os.close(self.signs)
            self.signs = None
