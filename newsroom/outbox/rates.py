"""Limits the rate of newsletter messages, counted for all senders together in the store of the throttles."""

import hashlib
import time

from django.conf import settings

from newsroom.guard import counters


def take(domain: str) -> float:
    """Count one message to this domain; return 0 if it may be sent now, else the seconds to wait and ask again."""
    return (
        settings.MAIL_PER_MINUTE_AND_DOMAIN
        and _take(
            f"domain:{hashlib.sha256(domain.encode()).hexdigest()}", settings.MAIL_PER_MINUTE_AND_DOMAIN
        )
    ) or (settings.MAIL_PER_MINUTE and _take("all", settings.MAIL_PER_MINUTE))


def _take(name: str, per_minute: int) -> float:
    """Count one in the current window; return 0, or the seconds until the next window where this one is full.

    A window is a second long, or long enough for one message, so that mail leaves evenly over the minute.
    """
    at_once = max(per_minute // 60, 1)
    length = 60 * at_once / per_minute
    number, passed = divmod(time.time(), length)
    within = counters.count([f"rate:{name}:{number:.0f}".encode()], length + 60) <= at_once
    return 0 if within else max(length - passed, 0.01)
