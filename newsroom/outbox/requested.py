"""Mail that anybody can have us send to any address: how much of it one mailbox and one domain get.

Counted over all networks and all kinds of such mail, for a mailbox has many spellings and an attacker many
networks. What a visitor reads must not depend on the answer: it would tell who else asked.
"""

from enum import Enum

from newsroom.guard.throttle import DAY, Limit
from newsroom.outbox.mailboxes import domain_of, mailbox_of

HOUR = 3600  # seconds
MAILBOX = Limit("mail-mailbox", 3, DAY)
DOMAIN = Limit("mail-domain", 30, HOUR)
LARGE_DOMAIN = Limit("mail-domain", 300, HOUR)

# Where so many people have their mailboxes that thirty may well sign up within an hour.
LARGE = {
    "126.com", "163.com", "aol.com", "daum.net", "free.fr", "gmail.com", "gmx.de", "gmx.net", "hanmail.net",
    "hotmail.com", "icloud.com", "laposte.net", "libero.it", "live.com", "mail.ru", "me.com", "msn.com", "naver.com",
    "orange.fr", "outlook.com", "proton.me", "protonmail.com", "qq.com", "rediffmail.com", "t-online.de", "uol.com.br",
    "web.de", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yandex.ru", "ymail.com", "zoho.com",
}  # fmt: skip


class Room(Enum):
    """Whether one more mail may go to an address."""

    FREE = "free"  # it is counted now
    LATER = "later"  # its domain has had its share of this hour
    NONE = "none"  # the mailbox has had its share of this day


def take(address: str) -> Room:
    """Count a mail to a cleaned address where there is room for it; return the Room that there was."""
    whom, domain = mailbox_of(address), domain_of(address)
    if MAILBOX.is_spent(whom):
        return Room.NONE
    if _limit(domain).is_spent(domain):
        return Room.LATER
    _limit(domain).hit(domain)
    MAILBOX.hit(whom)
    return Room.FREE


def seconds_left(address: str) -> float:
    """Return the seconds until the domain of an address has room again."""
    domain = domain_of(address)
    return _limit(domain).seconds_left(domain)


def _limit(domain: str) -> Limit:
    return LARGE_DOMAIN if domain in LARGE else DOMAIN
