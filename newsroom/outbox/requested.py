"""Caps on mail that any visitor can have us send to any address: per mailbox, and per domain.

Counted over all networks and all kinds of such mail: an attacker has many networks, and a mailbox many spellings. What
a visitor sees must not depend on the result: it would tell whether others asked for the same mailbox.
"""

from enum import Enum

from newsroom.guard.throttle import DAY, Limit
from newsroom.outbox.mailboxes import domain_of, mailbox_of

HOUR = 3600  # seconds
MAILBOX = Limit("mail-mailbox", 3, DAY)
DOMAIN = Limit("mail-domain", 30, HOUR)
LARGE_DOMAIN = Limit("mail-domain", 300, HOUR)

# Providers with so many mailboxes that thirty people may well sign up within an hour.
LARGE = {
    "126.com", "163.com", "aol.com", "daum.net", "free.fr", "gmail.com", "gmx.de", "gmx.net", "hanmail.net",
    "hotmail.com", "icloud.com", "laposte.net", "libero.it", "live.com", "mail.ru", "me.com", "msn.com", "naver.com",
    "orange.fr", "outlook.com", "proton.me", "protonmail.com", "qq.com", "rediffmail.com", "t-online.de", "uol.com.br",
    "web.de", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yandex.ru", "ymail.com", "zoho.com",
}  # fmt: skip


class Room(Enum):
    """Whether one more mail may go to an address."""

    FREE = "free"  # the mail is counted
    LATER = "later"  # the cap of the domain is reached for this hour
    NONE = "none"  # the cap of the mailbox is reached for this day


def take(address: str) -> Room:
    """Count a mail to a cleaned address if no cap is reached; return the Room that there was."""
    mailbox, domain = mailbox_of(address), domain_of(address)
    if MAILBOX.is_spent(mailbox):
        return Room.NONE
    if _limit(domain).is_spent(domain):
        return Room.LATER
    _limit(domain).hit(domain)
    MAILBOX.hit(mailbox)
    return Room.FREE


def seconds_left(address: str) -> float:
    """Return the seconds until the domain of an address has room again."""
    domain = domain_of(address)
    return _limit(domain).seconds_left(domain)


def _limit(domain: str) -> Limit:
    return LARGE_DOMAIN if domain in LARGE else DOMAIN
