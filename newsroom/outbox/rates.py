"""How much mail may leave in a minute, counted by all senders together in the store of the throttles."""

import hashlib
import time

from django.conf import settings

from newsroom.guard import counters


def take(domain):
    """Take the right to send one message to this domain; return the seconds to wait before asking again, or 0."""
    return (
        settings.MAIL_PER_MINUTE_AND_DOMAIN
        and _take(
            f"domain:{hashlib.sha256(domain.encode()).hexdigest()}", settings.MAIL_PER_MINUTE_AND_DOMAIN
        )
    ) or (settings.MAIL_PER_MINUTE and _take("all", settings.MAIL_PER_MINUTE))


def _take(name: str, per_minute):
    """Count one in the present window, and return the seconds until the next where this one is full.

    Windows are a second long, or long enough for one message: the minute's mail leaves evenly.
    """
    at_once = max(per_minute // 60, 1)
    length = 60 * at_once / per_minute
    number, passed = divmod(time.time(), length)
    within = counters.count([f"rate:{name}:{number:.0f}".encode()], length + 60) <= at_once
    return 0 if within else max(length - passed, 0.01)
