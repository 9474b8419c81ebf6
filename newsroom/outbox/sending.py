"""Sends the mails of the outbox: each is rendered, sent and deleted, or retried for two weeks."""

import logging
import random
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsroom.outbox import posting

from . import clock, heartbeat, leases, troubles, worker
from .models import LostMail, Mail
from .replies import Answer, Result
from .transport import Transport

logger = logging.getLogger(__name__)

EVERY = 1  # seconds
GIVE_UP = timedelta(days=3)  # of a newsletter, which is old by then
PATIENCE = timedelta(days=14)  # of a mail that somebody waits for
FIRST_RETRY, LAST_RETRY = 60, 4 * 3600  # seconds
LAST_KNOCK = 300  # seconds, at most, between two attempts at a server that is unreachable
IDLE = 30  # seconds after which the connection is closed
SLICE = 20  # seconds until the worker's other jobs run

transport = Transport()
_last_used = 0.0


def retry_at(attempts: int, now: datetime | None = None, longest: int = LAST_RETRY) -> datetime:
    """Return when to retry after so many attempts: exponential backoff with jitter, `longest` seconds at most."""
    pause = min(FIRST_RETRY * 2 ** min(attempts - 1, 20), longest)
    return (now or timezone.now()) + timedelta(seconds=pause * random.uniform(0.5, 1.5))  # noqa: S311


def message_domain() -> str | None:
    """Return the domain of our Message-IDs."""
    return urlsplit(settings.SITE_URL).hostname


def send_due(limit: int = 50) -> int:
    """Send due mails, oldest first; return how many were sent. Stops where the server is unreachable or slow."""
    global _last_used
    sent, until = 0, time.monotonic() + SLICE
    leases.sweep()
    is_reachable = True
    for mail in leases.claim(Mail.objects.all(), limit):
        if worker.stopping.is_set() or not is_reachable or time.monotonic() > until:
            leases.release(mail, mail.due_at)
            continue
        if not leases.renew(mail):
            continue
        heartbeat.keep_beating()
        result = _send(mail)
        _last_used = time.monotonic()
        sent += result is Result.ACCEPTED
        is_reachable = result is not Result.UNREACHABLE
    if time.monotonic() - _last_used > IDLE:
        transport.close()
    return sent


def _send(mail: Mail) -> Result:
    """Send one mail and delete or postpone its row; return the result."""
    try:
        message = posting.render(mail.kind, mail.key, mail.recipient)
        if message is None:
            leases.held(mail).delete()
            return Result.UNWANTED
        message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
        message.extra_headers.setdefault("Message-ID", f"<{mail.token}@{message_domain()}>")
        answer = transport.send(message)
    except Exception as error:  # a mail that can't be made must not hold up the others
        # Only the type: the message of the error may hold an address.
        logger.error("The mail %s could not be made: %s", mail, type(error).__name__)
        _postpone(mail, Answer(Result.REFUSED))
        return Result.REFUSED
    if answer.result is Result.ACCEPTED:
        leases.held(mail).delete()
    elif answer.result is Result.UNKNOWN:
        logger.warning("The mail %s came back: no such mailbox (%s)", mail, answer.code)
        leases.held(mail).delete()
    else:
        _postpone(mail, answer)
    troubles.note(answer)
    return answer.result


def _postpone(mail: Mail, answer: Answer) -> None:
    """Schedule a retry, or after PATIENCE give up and leave the mail to staff."""
    now = timezone.now()
    if now - mail.wanted_at > PATIENCE and clock.may_purge():
        logger.error("The mail %s was given up after %s attempts (%s)", mail, mail.attempts + 1, answer.code)
        with transaction.atomic():
            values = {name: getattr(mail, name) for name in ("kind", "key", "recipient", "wanted_at")}
            if leases.held(mail).delete()[0]:
                LostMail.objects.create(answer=answer.code[:12], **values)
        return
    mail.attempts += 1
    leases.held(mail).update(attempts=mail.attempts)
    longest = LAST_KNOCK if answer.result is Result.UNREACHABLE else LAST_RETRY
    leases.release(mail, retry_at(mail.attempts, now, longest))
