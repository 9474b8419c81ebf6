"""Examines in a thread of its own, so that nobody waits longer than he wants to for a database or a disk that hangs."""

import threading
import time
from contextlib import suppress

from django.db import connection
from django.utils.translation import gettext as _

from .conditions import Check, Condition, examine

STATEMENT = 2_000  # milliseconds that a statement of a check may take
REMEMBERED = 1.0  # seconds in which the next who ask are told the same, where many ask


class Examiner:
    """Makes the same checks again and again, in one thread at a time however many ask.

    With is_asked_by_many an answer holds for a second: each costs a connection to the database.
    """

    def __init__(self, found: list[tuple[str, Check]], is_asked_by_many: bool = False) -> None:
        self.found = found
        self.is_asked_by_many = is_asked_by_many
        self._done_at = float("-inf")
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._done: list[Condition] = []
        self._now = ""

    def within(self, seconds: float) -> list[Condition]:
        """Return the conditions after these seconds at most; a check that still hangs is a problem itself.

        What would have been checked after it is left out: nobody knows.
        """
        until = time.monotonic() + seconds
        with self._lock:
            if self.is_asked_by_many and time.monotonic() - self._done_at < REMEMBERED:
                return list(self._done)
            if self._thread is not None:  # one that somebody else began, or that hangs since an earlier call
                self._thread.join(max(until - time.monotonic(), 0))
            if self._thread is None or not self._thread.is_alive():
                self._done = []
                self._thread = threading.Thread(target=self._examine, name="examiner", daemon=True)
                self._thread.start()
                self._thread.join(max(until - time.monotonic(), 0.1))
            if self._thread.is_alive():
                return [*self._done, Condition(self._now, _("It does not answer."))]
            self._thread, self._done_at = None, time.monotonic()
            return list(self._done)

    def _examine(self) -> None:
        done = self._done
        try:
            for name, check in self.found:
                self._now = name
                if name == "database":
                    bound_statements()
                is_away = any(one.name == "database" and not one.is_well for one in done)
                done += examine([(name, check)], is_database_away=is_away)
        finally:
            with suppress(Exception):  # a connection that broke
                connection.close()


def bound_statements() -> None:
    """Let no statement of this thread's connection take longer than STATEMENT, nor wait longer for a lock."""
    with suppress(Exception), connection.cursor() as cursor:  # the check of the database says what is wrong
        if connection.vendor == "postgresql":
            cursor.execute(f"SET statement_timeout = {STATEMENT}")
        else:
            cursor.execute(f"PRAGMA busy_timeout = {STATEMENT}")
