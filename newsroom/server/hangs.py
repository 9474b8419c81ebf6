"""Ends what hangs: a child of the supervisor, or one web worker among others that answer."""

import logging
import os
import signal
import time
from contextlib import suppress

from newsroom.server.children import Child

LONGEST_STEP = 3600  # seconds that a job of the worker may take for one step
WEB_WORKER_SILENCE = 60  # seconds without a sign of life after which a web worker is killed
STANDSTILL = 10  # seconds between two looks from which the supervisor itself counts as having stood still

log = logging.getLogger(__name__)


class Hangs:
    """Looks again and again at signs of life, and kills whoever gives none."""

    def __init__(self, web: Child, worker: Child) -> None:
        self.web, self.worker = web, worker
        self.heard: dict[int, float] = {}  # web workers, by process id: when
        self.looked_at = time.monotonic()

    def look(self) -> None:
        """Kill the child or the web worker that gives no sign of life, and the worker whose job does not go on."""
        self._excuse(time.monotonic() - self.looked_at)
        self.looked_at = time.monotonic()
        self._look_at_web_workers()
        for sign in self.worker.read_signs():
            still, _space, job = sign.partition(" ")
            if job and still.isdecimal() and int(still) > LONGEST_STEP:
                self.worker.end_hanging(
                    f"has been in one step of the job {job} for {int(still) // 60} minutes"
                )
                return
        for child in (self.web, self.worker):
            if child.is_silent():
                child.end_hanging("gives no sign of life")

    def _excuse(self, seconds: float) -> None:
        """Count the time for nobody in which this process did not run, as in a machine that was paused."""
        if seconds > STANDSTILL:
            self.web.excuse(seconds)
            self.worker.excuse(seconds)
            self.heard = {number: at + seconds for number, at in self.heard.items()}

    def _look_at_web_workers(self) -> None:
        """Kill each web worker that is silent: connections come to it as to the others. granian starts another."""
        now = time.monotonic()
        for sign in self.web.read_lines():
            if sign.isdecimal():
                self.heard[int(sign)] = now
        for number, at in list(self.heard.items()):
            if now - at > WEB_WORKER_SILENCE:
                del self.heard[number]
                if self._is_of_web(number):
                    log.error("A web worker gives no sign of life; it is killed and another one started.")
                    with suppress(ProcessLookupError):
                        os.kill(number, signal.SIGKILL)

    def _is_of_web(self, number: int) -> bool:
        """Return whether the process is still one of the web's; the number may have gone to another since."""
        try:
            return self.web.process is not None and os.getpgid(number) == self.web.process.pid
        except ProcessLookupError:
            return False
