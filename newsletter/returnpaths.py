"""What a message carries so that a bounce can be believed: a return path that only its mail server knows.

The Message-ID and the return path are made by HMAC from the issue and the reader: the same at every
attempt, and nobody can count issues or readers by them.
"""

import base64
import re
import uuid

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from newsletter.models import Issue, Subscriber
from newsroom.outbox.sending import message_domain

TOKEN = re.compile(r"\+([a-z2-7]{26})([0-9a-f]{24})@", re.IGNORECASE)


def message_id(issue, subscriber):
    """Return the Message-ID of the issue to this reader."""
    return f"<{_mac('message-id', issue.uuid, subscriber.uuid)}@{message_domain()}>"


def return_path(issue, subscriber):
    """Return where the mail servers send back what they could not deliver."""
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    reader = base64.b32encode(subscriber.uuid.bytes).decode().rstrip("=").lower()
    return f"{local}+{reader}{_mac('return-path', issue.uuid, subscriber.uuid)}@{domain}"


def find(address):
    """Return (issue, subscriber) of one of our return paths, or None where it is none."""
    match = TOKEN.search(address)
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


def _mac(purpose, issue, reader):
    value = f"{issue}:{reader}"
    return salted_hmac(f"newsletter.{purpose}", value, algorithm="sha256").hexdigest()[:24]
