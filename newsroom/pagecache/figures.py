"""What the page cache of this process has done: for /healthz/state, and for Prometheus."""

import os
import time
from typing import TYPE_CHECKING

from django.conf import settings

from . import contentversion

if TYPE_CHECKING:
    from .store import Store


class Figures:
    """Counts of one process since it began; each process has a cache of its own."""

    def __init__(self) -> None:
        self.began = time.time()
        self.answers = 0  # given by the page cache
        self.former = 0  # those among them that were of the version before, while the new one was being made
        self.made = 0  # pages that Django made for it
        self.passed = 0  # other requests, which Django answered each by itself
        self.store: Store | None = None  # None: it is switched off

    def told(self) -> dict[str, float | int | None]:
        """Return the figures by name."""
        entries = [entry for entry, _shelf in list(self.store.entries.values())] if self.store else []
        away = contentversion.away_since()
        return {
            "process": os.getpid(),
            "is_on": self.store is not None,
            "answers": self.answers,
            "answers_of_former_version": self.former,
            "made": self.made,
            "passed": self.passed,
            "hit_ratio": round(max(1 - self.made / self.answers, 0), 4) if self.answers else 0,
            "entries": len(entries),
            "bytes": self.store.size if self.store else 0,
            "oldest_seconds": round(time.time() - min((one.made_at for one in entries), default=time.time())),
            "content_version": contentversion.last(),
            "seconds_without_database": round(time.monotonic() - away) if away is not None else 0,
        }

    def is_serving_without_database(self) -> bool:
        """Return whether kept pages are served although the database is away."""
        away = contentversion.away_since()
        return bool(self.store and away and time.monotonic() - away <= settings.PAGES_WHILE_AWAY)


here = Figures()
