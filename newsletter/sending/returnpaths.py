"""Return paths (VERP) by which a bounce is known to be genuine, and Message-IDs.

Both are made by HMAC from the issue and the reader: they are the same at every attempt, and reveal no number of issues
or readers.
"""

import base64
import re
import uuid

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsroom.outbox.sending import message_domain

METADATA = "return_path"  # the name under which a provider gets the token, and returns it with its events
TOKEN = re.compile(r"([a-z2-7]{26})([0-9a-f]{24})", re.IGNORECASE)
IN_ADDRESS = re.compile(rf"\+({TOKEN.pattern})@", re.IGNORECASE)


def message_id(issue: Issue, subscriber: Subscriber) -> str:
    """Return the Message-ID of the issue to this reader."""
    return f"<{_mac('message-id', issue.uuid, subscriber.uuid)}@{message_domain()}>"


def return_path(issue: Issue, subscriber: Subscriber) -> str:
    """Return the address to which mail servers return the issue to this reader."""
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{token(issue, subscriber)}@{domain}"


def token(issue: Issue, subscriber: Subscriber) -> str:
    """Return the token in the return path: the reader's UUID in 26 letters of base32 and an HMAC of 24 hex digits."""
    reader = base64.b32encode(subscriber.uuid.bytes).decode().rstrip("=").lower()
    return f"{reader}{_mac('return-path', issue.uuid, subscriber.uuid)}"


def find(address: str) -> tuple[Issue, Subscriber] | None:
    """Return (issue, subscriber) of a return path, or None where it is not one of ours."""
    match = IN_ADDRESS.search(address)
    return find_token(match[1]) if match else None


def find_token(text: str) -> tuple[Issue, Subscriber] | None:
    """Return (issue, subscriber) of the token of a return path, or None where it is not one of ours."""
    match = TOKEN.fullmatch(text)
    if match is None:
        return None
    reader = uuid.UUID(bytes=base64.b32decode(f"{match[1].upper()}======"))
    subscriber = Subscriber.objects.filter(uuid=reader).first()
    if subscriber is None:
        return None
    for issue in Issue.objects.filter(dispatch__isnull=False).order_by("-pk"):
        if constant_time_compare(_mac("return-path", issue.uuid, reader), match[2].lower()):
            return issue, subscriber
    return None


def _mac(purpose: str, issue: uuid.UUID, reader: uuid.UUID) -> str:
    value = f"{issue}:{reader}"
    return salted_hmac(f"newsletter.{purpose}", value, algorithm="sha256").hexdigest()[:24]
