"""What a message carries so that a bounce can be believed: a return path that only its mail server knows.

The Message-ID and the return path are made by HMAC from the issue and the reader: the same at every
attempt, and nobody can count issues or readers by them.
"""

import base64
import re
import uuid

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsroom.outbox.sending import message_domain

METADATA = "return_path"  # the name under which a provider gets the token, and gives it back with its events
TOKEN = re.compile(r"([a-z2-7]{26})([0-9a-f]{24})", re.IGNORECASE)
IN_ADDRESS = re.compile(rf"\+({TOKEN.pattern})@", re.IGNORECASE)


def message_id(issue: Issue, subscriber: Subscriber) -> str:
    """Return the Message-ID of the issue to this reader."""
    return f"<{_mac('message-id', issue.uuid, subscriber.uuid)}@{message_domain()}>"


def return_path(issue: Issue, subscriber: Subscriber) -> str:
    """Return where the mail servers send back what they could not deliver."""
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{token(issue, subscriber)}@{domain}"


def token(issue: Issue, subscriber: Subscriber) -> str:
    """Return what stands in the return path for the issue and the reader: 26 letters and an HMAC of 24."""
    reader = base64.b32encode(subscriber.uuid.bytes).decode().rstrip("=").lower()
    return f"{reader}{_mac('return-path', issue.uuid, subscriber.uuid)}"


def find(address: str) -> tuple[Issue, Subscriber] | None:
    """Return (issue, subscriber) of one of our return paths, or None where it is none."""
    match = IN_ADDRESS.search(address)
    return find_token(match[1]) if match else None


def find_token(text: str) -> tuple[Issue, Subscriber] | None:
    """Return (issue, subscriber) of the token of one of our return paths, or None where it is none."""
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
