"""Sessions in the database that end by SESSION_HOURS since they began, and SESSION_IDLE_HOURS since they were used."""

import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

BEGAN, SEEN = "began", "seen"  # of a session, in seconds since 1970


class SessionStore(DatabaseStore):
    """Django's store, in which a session that is over holds nothing."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; one that is over is deleted."""
        data: dict[str, Any] = super().load()
        if is_over(data):
            self.delete()
            self._session_key = None
            return {}
        return data


def is_over(data: dict[str, Any]) -> bool:
    """Return whether a session has run for too long, or was not used for too long."""
    now = time.time()
    began, seen = data.get(BEGAN, now), data.get(SEEN, now)
    return bool(
        now - began > settings.SESSION_HOURS * 3600 or now - seen > settings.SESSION_IDLE_HOURS * 3600
    )
