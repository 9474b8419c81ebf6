"""What sends an inquiry to the spam state. Nothing refuses one: many share a network, and some are in danger."""

import logging
import re

from django.core import signing
from django.utils.translation import gettext_lazy as _

from inquiries.models import Inquiry, Safe
from newsroom.guard import spamtrap, throttle

logger = logging.getLogger(__name__)

TEN_MINUTES = 600  # seconds
FROM_A_NETWORK = throttle.Limit("inquiries-network", 10, TEN_MINUTES)
FROM_EVERYONE = throttle.Limit("inquiries-everyone", 60, TEN_MINUTES)
SAME_TEXT = throttle.Limit("inquiries-text", 1, throttle.DAY)
MAILS_TO_AN_ADDRESS = throttle.Limit("inquiries-acknowledgement", 1, throttle.DAY)
MAILS_ABOUT_A_FLOOD = throttle.Limit("inquiries-flood", 1, throttle.DAY)
GUESSES = throttle.Limit("inquiries-guesses", 30, TEN_MINUTES)
MOST_LINKS = 3
MOST_SPAM = 5_000  # rows; where more come, the oldest of them go
SPAM_AT_ONCE = 100  # rows that are deleted together: under a flood not each of its posts pays for that
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


def suspicions_about(form, whom):
    """Return why an inquiry from this network belongs to the spam state; [] where nothing speaks against it."""
    found = []
    if form.is_trapped:
        found.append("trap")
    if _was_fast(form.data.get("opened", "")):
        found.append("fast")
    message = form.cleaned_data["message"]
    if len(LINK.findall(message)) > MOST_LINKS:
        found.append("links")
    if not within(SAME_TEXT, " ".join(message.split())):
        found.append("repeated")
    if not within(FROM_A_NETWORK, whom):
        found.append("network")
    # What one network sends too much of must not use up what is meant for everyone.
    if not found and not within(FROM_EVERYONE, "all"):
        found.append("everyone")
    return found


def within(limit, whom):
    """Count once, and return whether that is within the limit; counters that are down stop nobody."""
    try:
        return limit.hit(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)
        return True


def is_spent(limit, whom):
    """Return whether whom is beyond the limit already; counters that are down stop nobody."""
    try:
        return limit.is_spent(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)
        return False


def take_back(limit, whom):
    """Count once less; counters that are down stop nobody."""
    try:
        limit.take_back(whom)
    except Exception as error:  # whatever the store's driver raises
        logger.error("The throttle %s can't count: %s", limit.name, type(error).__name__)


def keep_within_quota():
    """Delete the oldest spam where it has grown beyond the quota; inside a transaction."""
    spam = Inquiry.objects.spam()
    if spam.count() <= MOST_SPAM:
        return
    kept = max(MOST_SPAM - SPAM_AT_ONCE, 1)
    beyond = spam.order_by("-received_at", "pk").values_list("pk", flat=True)[kept:]
    Inquiry.objects.filter(pk__in=list(beyond)).delete()
    Safe.note_leftovers()


def _was_fast(token):
    try:
        return spamtrap.seconds_since(token) < spamtrap.FASTEST
    except signing.BadSignature:
        return False  # a secret of ours may have changed since the form was opened
