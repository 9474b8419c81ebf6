"""What stood in a form that was sent and not taken, at an address of its own, for ten minutes or until it is sent.

The answer to a posted form has no address: a browser that comes back to it asks whether to send everything again. What
stood in it lies in the store of newsroom/guard/counters.py, beside the database and in none of its backups, encrypted
under a key that is made of the form's nonce: it stands in the address and in the form, and nowhere at our side.
"""

import hashlib
import json
import logging
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.db import Error as DatabaseFailure

from inquiries.floods import abuse, flood
from inquiries.forms import InquiryForm
from inquiries.mailbox import receipts
from newsroom.guard import counters, throttle
from newsroom.guard.encryption import Unreadable

GOOD_FOR = 600  # seconds
LONGEST = 60_000  # bytes
MOST = 300  # of all visitors
OF_A_NETWORK = throttle.Limit("inquiries-drafts", 30, abuse.TEN_MINUTES)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Draft:
    """What was typed, by field, what was said about it beside what its fields say, and whether help is shown first."""

    typed: dict[str, str]
    said: list[str]
    shows_help: bool


def keep(form: InquiryForm, sender: flood.Sender, *, shows_help: bool) -> str:
    """Keep what stands in the form, and return the token of its address; '' where there is no room for it."""
    typed = {name: form.data[name] for name in InquiryForm.base_fields if name in form.data}
    said = [str(text) for text in (*form.errors.get("nonce", []), *form.non_field_errors())]
    content = json.dumps(asdict(Draft(typed, said, shows_help))).encode()
    try:
        token = _token(form.data["nonce"])
        if len(content) > LONGEST or not OF_A_NETWORK.hit(sender.network) or counters.parcels() >= MOST:
            return ""
        counters.put_aside(_name(token), Fernet(token + "=").encrypt(content), GOOD_FOR)
    except (DatabaseFailure, Unreadable) as error:
        logger.error("What stands in a form can't be kept: %s", type(error).__name__)
        return ""
    return token


def find(token: str) -> Draft | None:
    """Return what was kept; None where its time is over, or it was sent, or the token is forged."""
    content = counters.fetch(_name(token))
    try:
        return Draft(**json.loads(Fernet(token + "=").decrypt(content, GOOD_FOR))) if content else None
    except InvalidToken:
        return None


def drop(nonce: str) -> None:
    """Delete what was kept of a form, now that it was sent."""
    try:
        counters.drop(_name(_token(nonce)))
    except DatabaseFailure as error:
        logger.error("What stood in a form was not deleted: %s", type(error).__name__)


def _token(nonce: str) -> str:
    return urlsafe_b64encode(receipts.key_for_draft(nonce)).decode().rstrip("=")


def _name(token: str) -> bytes:
    return hashlib.sha256(f"draft {token}".encode()).digest()
