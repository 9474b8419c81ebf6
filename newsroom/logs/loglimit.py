"""Limits log lines that visitors can provoke to one a minute of each kind.

Django's lines hold what a visitor asked for, so that each differs: their kind is the place in the code that logs, and
place and type of the error. Our own lines hold nothing of a visitor: their kind is their text, and one place in the
code may write a few different ones a minute.
"""

import hashlib
import logging
import time
import traceback

from django.conf import settings

from newsroom.guard.throttle import Limit

MINUTE = 60.0  # seconds
MOST_TEXTS = 20  # different lines per minute from one place in the code
MOST_KEPT = 1_000  # kinds that are remembered; beyond it the old ones, then all, are forgotten
MACHINE = Limit("log-lines", 1, 60)  # per kind, all processes of a machine together


class OncePerMinute(logging.Filter):
    """Passes a line of each kind once a minute, with the number of lines that were suppressed before it."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._written: dict[tuple[str, ...], float] = {}
        self._left_out: dict[tuple[str, ...], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line may be written."""
        key, now = _kind_of(record), time.monotonic()
        if now - self._written.get(key, -MINUTE) < MINUTE or self._is_one_of_many(key, now):
            self._left_out[key] = self._left_out.get(key, 0) + 1
            return False
        self._forget_old_ones(now)
        self._written[key] = now
        if not _is_first_on_this_machine(key):
            self._left_out[key] = self._left_out.get(key, 0) + 1
            return False
        if left_out := self._left_out.pop(key, 0):
            record.msg = f"{record.getMessage()} ({left_out} more like it were left out)"
            record.args = None
        return True

    def _is_one_of_many(self, key: tuple[str, ...], now: float) -> bool:
        """Return whether the same place in the code has written MOST_TEXTS different lines within the minute."""
        written = [at for other, at in list(self._written.items()) if other[0] == key[0]]
        return sum(now - at < MINUTE for at in written) >= MOST_TEXTS

    def _forget_old_ones(self, now: float) -> None:
        if len(self._written) < MOST_KEPT:
            return
        self._written = {key: at for key, at in list(self._written.items()) if now - at < MINUTE}
        if len(self._written) >= MOST_KEPT:
            self._written.clear()
        self._left_out = {key: number for key, number in self._left_out.items() if key in self._written}


def _kind_of(record: logging.LogRecord) -> tuple[str, ...]:
    """Return what lines of one kind share; its first part is the place in the code that logs."""
    place = f"{record.name} {record.levelname} {record.pathname}:{record.lineno}"
    error = ""
    if record.exc_info and record.exc_info[0] is not None:
        frames = traceback.extract_tb(record.exc_info[2])
        error = (
            f"{record.exc_info[0].__qualname__} {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        )
    if record.name.partition(".")[0] == "django":
        return place, error, record.msg if record.args else ""
    return place, error, record.getMessage()


def _is_first_on_this_machine(key: tuple[str, ...]) -> bool:
    """Return whether no process of this machine has written a line of this kind within the minute."""
    if (
        settings.THROTTLES_IN_DATABASE
    ):  # shared with other machines, whose logs are others; and it may be broken
        return True
    try:
        return MACHINE.hit(hashlib.sha256(repr(key).encode()).hexdigest())
    except Exception:  # one line too many is better than none
        return True
