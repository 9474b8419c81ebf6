"""Tickets: who has typed the receipt stays in the mailbox for ten minutes, without a cookie or a session.

A ticket is encrypted and travels in the bodies of posted forms, never in an address.
"""

import uuid

from inquiries.models import Inquiry
from newsroom.guard import encryption

GOOD_FOR = 600  # seconds
MARK = "ticket "  # so that nothing else that we encrypt passes for one


def ticket_for(inquiry):
    """Return a new ticket to this inquiry."""
    return encryption.encrypt(f"{MARK}{inquiry.pk}")


def inquiry_of(ticket):
    """Return the inquiry that a ticket leads to; None where it is over, made up, or its inquiry is gone."""
    try:
        text = encryption.decrypt(ticket, ttl=GOOD_FOR)
    except encryption.Unreadable:
        return None
    if not text.startswith(MARK):
        return None
    return Inquiry.objects.filter(pk=uuid.UUID(text.removeprefix(MARK))).first()
