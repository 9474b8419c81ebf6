"""The watch of a machine: examines every half minute, stores what it finds, and logs each change once.

It runs in the supervisor, or in a worker that has none. The processes of the machine leave to it what it tells.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from . import reports
from .bounded import Examiner
from .conditions import Condition, Weight, checks, examine

AGAIN = 5  # seconds, at most, until a second look: a problem that passes by itself is not told
LONGEST_START = 60  # seconds that the processes may take until the first look
LATELY = 600  # seconds after a failure in which processes need not tell of what they met
PATIENCE = 10  # seconds for one look
REMOTE_EVERY = 3600  # seconds

WATCHED = "NEWSROOM_WATCHED"  # set where a watch tells of conditions, see newsroom/logs/logs.py

log = logging.getLogger(__name__)


def kind_of(condition: Condition) -> str:
    """Return the problem without its numbers, which change while it stays the same."""
    return re.sub(r"\d+", "#", condition.problem)


class Watch:
    """What is known to be failing, since when, and what other machines said last."""

    def __init__(self) -> None:
        self.examiner = Examiner(checks())
        self.failing: dict[str, tuple[Condition, float]] = {}
        self.told: dict[str, float] = {}  # when the log was last told
        self.remote: list[Condition] = []
        self.every = float(settings.WATCH_EVERY)

    def start(self, stop: threading.Event, begin: threading.Event) -> None:
        """Watch in threads until stopped, from when the processes run or should have begun to."""
        os.environ[WATCHED] = "1"
        for name, target in (("watch", self._run), ("watch-others", self._ask_others)):
            threading.Thread(target=target, args=[stop, begin], name=name, daemon=True).start()

    def _run(self, stop: threading.Event, begin: threading.Event) -> None:
        begin.wait(LONGEST_START)
        while not stop.is_set():
            try:
                self.look(stop)
            except Exception:  # the next look may find out more
                log.exception("The site could not be examined.")
            stop.wait(self.every)

    def _ask_others(self, stop: threading.Event, begin: threading.Event) -> None:
        begin.wait(LONGEST_START)
        while not stop.is_set():
            self.remote = list(examine(checks("remote_conditions")))
            stop.wait(REMOTE_EVERY)

    def look(self, stop: threading.Event) -> None:
        """Examine once, store it, and tell what has changed; a new problem is looked at twice."""
        found = self._examine()
        if self._is_news(found) and not stop.wait(min(AGAIN, self.every)):
            before, found = found, self._examine()
            seen = {(one.name, kind_of(one)) for one in before}
            found_twice = [one for one in found if (one.name, kind_of(one)) in seen or one.is_well]
            self.tell(found_twice)
        else:
            self.tell(found)
        self._store(found)

    def _examine(self) -> list[Condition]:
        found = [*self.examiner.within(PATIENCE), *self.remote]
        self._store(found)
        return found

    def _store(self, found: list[Condition]) -> None:
        now = time.monotonic()
        try:
            reports.store(found, [name for name, at in self.told.items() if now - at < LATELY])
        except (OSError, ValueError):
            log.debug("The report could not be stored; the conditions say why.")

    def _is_news(self, found: Iterable[Condition]) -> bool:
        return any(
            one.name not in self.failing or kind_of(self.failing[one.name][0]) != kind_of(one)
            for one in found
            if not one.is_well and one.weight is Weight.FAILING
        )

    def tell(self, found: Iterable[Condition]) -> None:
        """Log what fails now or fails for another reason, and what is well again; what is not named stays as it was."""
        for one in found:
            before = self.failing.get(one.name)
            if not one.is_well and one.weight is Weight.FAILING:
                if before is None or kind_of(before[0]) != kind_of(one):
                    log.error("%s: %s", one.name, f"{one.problem} {one.advice}".strip())
                self.told[one.name] = time.monotonic()
                self.failing[one.name] = (one, before[1] if before else time.monotonic())
            elif before is not None:
                del self.failing[one.name]
                minutes = round((time.monotonic() - before[1]) / 60)
                log.warning(
                    "%s: %s", one.name, _("Well again, after %(minutes)s min.") % {"minutes": minutes}
                )
