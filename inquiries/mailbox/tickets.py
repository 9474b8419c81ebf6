"""Tickets keep a mailbox open for ten minutes after its receipt was typed, without a cookie or a session.

A ticket is encrypted and travels in the bodies of posted forms, never in a URL.
"""

import uuid

from inquiries.models import Inquiry
from newsroom.guard import encryption

GOOD_FOR = 600  # seconds
MARK = "ticket "  # tells a ticket from everything else that is encrypted with the same keys


def ticket_for(inquiry: Inquiry) -> str:
    """Return a new ticket to this inquiry."""
    return encryption.encrypt(f"{MARK}{inquiry.pk}")


def inquiry_of(ticket: str) -> Inquiry | None:
    """Return the inquiry of a ticket; None where the ticket has expired or is forged, or the inquiry is deleted."""
    try:
        text = encryption.decrypt(ticket, ttl=GOOD_FOR)
    except encryption.Unreadable:
        return None
    if not text.startswith(MARK):
        return None
    try:
        key = uuid.UUID(text.removeprefix(MARK))
    except ValueError:
        return None
    return Inquiry.objects.filter(pk=key).first()
