"""What sets an inquiry aside. Nothing here refuses one: many share a network, and some are in danger."""

import logging
import re

from django.core import signing
from django.utils.translation import gettext_lazy as _

from inquiries.forms import InquiryForm
from newsroom.guard import spamtrap, throttle
from newsroom.outbox import requested

logger = logging.getLogger(__name__)

TEN_MINUTES = 600  # seconds
FROM_A_NETWORK = throttle.Limit("inquiries-network", 10, TEN_MINUTES)
FROM_EVERYONE = throttle.Limit("inquiries-everyone", 60, TEN_MINUTES)
SAME_TEXT = throttle.Limit("inquiries-text", 1, throttle.DAY)
ACKNOWLEDGEMENTS = throttle.Limit("inquiries-acknowledgement", 1, throttle.DAY)  # to a mailbox
ANSWERS = throttle.Limit("inquiries-answer", 20, throttle.DAY)  # to a mailbox
MAILS_ABOUT_DELETIONS = throttle.Limit("inquiries-deletions", 1, throttle.DAY)
MAILS_ABOUT_A_FLOOD = throttle.Limit("inquiries-flood", 1, 4 * 3600)
GUESSES = throttle.Limit("inquiries-guesses", 30, TEN_MINUTES)
MOST_LINKS = 3
# Two people do not write so many characters alike; many in need send the same few words.
LONG_ENOUGH = 120
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)

SUSPICIONS = {
    "trap": _("filled in a field that people don't see"),
    "fast": _("was sent within two seconds"),
    "links": _("holds many links"),
    "repeated": _("the same text came before"),
    "network": _("many came from the same network"),
    "everyone": _("many came at the same time"),
}
FLOOD = {"network", "everyone"}
HELD_BACK = ["everyone"]  # alone it says nothing against whoever wrote


def suspicions_about(form: InquiryForm, whom: str) -> list[str]:
    """Return why an inquiry from this network is set aside; [] where nothing speaks against it."""
    found = []
    if form.is_trapped:
        found.append("trap")
    if _was_fast(form.data.get("opened", "")):
        found.append("fast")
    message = form.cleaned_data["message"]
    if len(LINK.findall(message)) > MOST_LINKS:
        found.append("links")
    if not within(FROM_A_NETWORK, whom):
        found.append("network")
    # Who is told to write once more from another network must not meet the text of the first time.
    elif not within(SAME_TEXT, _copied_by(message, whom)):
        found.append("repeated")
    # What one network sends too much of must not use up what is meant for everyone.
    if not found and not within(FROM_EVERYONE, "all"):
        found.append("everyone")
    return found


def _copied_by(message: str, whom: str) -> str:
    """Return what a copy of the message would count for: a short one only where it comes from the same network."""
    text = " ".join(message.split())
    return text if len(text) >= LONG_ENOUGH else f"{whom} {text}"


def within(limit: throttle.Limit, whom: str) -> bool:
    """Count once, and return whether that is within the limit; counters that are down stop nobody."""
    try:
        return limit.hit(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)
        return True


def has_room(address: str) -> bool:
    """Count a mail that leaves by itself, and return whether its mailbox and its domain can take it now.

    Over all networks, and however the address is written: else our mails could be made a mail bomb.
    """
    try:
        return requested.take(address) == requested.Room.FREE
    except Exception as error:  # whatever the store's driver raises
        logger.error("Mail on request can't be counted: %s", type(error).__name__)
        return True


def is_spent(limit: throttle.Limit, whom: str) -> bool:
    """Return whether whom is beyond the limit already; counters that are down stop nobody."""
    try:
        return limit.is_spent(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)
        return False


def take_back(limit: throttle.Limit, whom: str) -> None:
    """Count once less; counters that are down stop nobody."""
    try:
        limit.take_back(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)


def alias(whom: str) -> str:
    """Return a name for a network that tells nobody which, the same all day; '' while it can't be had."""
    try:
        return throttle.alias(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("A network can't be given a name: %s", type(error).__name__)
        return ""


def _was_fast(token: str) -> bool:
    try:
        return spamtrap.seconds_since(token) < spamtrap.FASTEST
    except signing.BadSignature:
        return False  # a secret of ours may have changed since the form was opened
