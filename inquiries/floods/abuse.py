"""Finds reasons to set an inquiry aside. It refuses none: many people share a network, and some are in danger."""

import logging
import re

from django.core import signing
from django.utils.translation import gettext_lazy as _

from inquiries.forms import InquiryForm
from inquiries.models.inquiry import InquiryKind
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
# Characters from which a text that came before counts as a copy: many people in need send the same few words, also
# from one network. A request for help never counts as a copy: leaflets print whole texts to send.
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
HELD_BACK = ["everyone"]  # where this is the only reason, the inquiry is held back instead of marked as spam


def suspicions_about(form: InquiryForm, whom: str) -> list[str]:
    """Return the keys of SUSPICIONS for which an inquiry from this network is set aside."""
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
    # Over the limit of a network the text is not counted: its sender may send it again from another network.
    elif form.cleaned_data["kind"] != InquiryKind.HELP and _is_copied(message):
        found.append("repeated")
    # What is set aside already must not use up the limit that all networks share.
    if not found and not within(FROM_EVERYONE, "all"):
        found.append("everyone")
    return found


def _is_copied(message: str) -> bool:
    """Return whether the same text came within a day and is too long for two people to have written it alike."""
    text = " ".join(message.split())
    return len(text) >= LONG_ENOUGH and not within(SAME_TEXT, text)


def within(limit: throttle.Limit, whom: str) -> bool:
    """Count one use by `whom` (a network, a mailbox, a text), and return whether it is within the limit.

    Return True where the counters can't be reached.
    """
    try:
        return limit.hit(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)
        return True


def has_room(address: str) -> bool:
    """Count an automatic mail, and return whether the caps of its mailbox and its domain allow it now.

    The caps hold over all networks and spellings of an address, so that nobody can flood a mailbox through us.
    """
    try:
        return requested.take(address) == requested.Room.FREE
    except Exception as error:  # whatever the store's driver raises
        logger.error("Mail on request can't be counted: %s", type(error).__name__)
        return True


def is_spent(limit: throttle.Limit, whom: str) -> bool:
    """Return whether `whom` has used up the limit; False where the counters can't be reached."""
    try:
        return limit.is_spent(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)
        return False


def take_back(limit: throttle.Limit, whom: str) -> None:
    """Take one use by `whom` off the count, where the counters can be reached."""
    try:
        limit.take_back(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)


def alias(whom: str) -> str:
    """Return the alias of a network, the same all day (see throttle.alias); '' where the counters can't be reached."""
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
