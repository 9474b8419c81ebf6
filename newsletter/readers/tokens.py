"""Signed links: each for one purpose and one reader, without a session or a row of its own."""

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cache
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.urls import reverse

from newsletter.readers.models.subscriber import Subscriber
from newsletter.readers.models.wish import AddressChange

UUID_BYTES = 16
TAG = (
    8  # bytes of the digests that bind a link to the address it was mailed to, and to the state of its reader
)


class InvalidLink(Exception):
    """The link is forged or has expired, or what it led to is deleted."""


@dataclass(frozen=True)
class Link[Row: (Subscriber, AddressChange)]:
    """A kind of link: the name of its page, the model it leads to, and how many days it works (None: always).

    A token of a bound kind holds digests of the reader's address and state. find() refuses it once the reader has
    changed the address, since the old mailbox may soon belong to somebody else. is_current() tells whether the state
    has changed, so that an old link does not subscribe anew a reader who has unsubscribed.
    """

    name: str
    model: type[Row]
    days: int | None = 7
    bound: bool = True

    def url(self, row: Row) -> str:
        """Return the absolute URL for this row."""
        return f"{_page(self.name, settings.SITE_URL)}{self.token(row)}/"

    def token(self, row: Row) -> str:
        """Return the token for this row: letters, digits, '-', '_' and '.'."""
        packed = row.uuid.bytes + (_tag(row) + _tag_of_state(row) if self.bound else b"")
        return self._signer().sign(base64.urlsafe_b64encode(packed).decode().rstrip("="))

    def find(self, token: str) -> Row:
        """Return the row that the token leads to; raises InvalidLink where it leads to none."""
        packed = self._unpacked(token)
        row = self.model.objects.filter(uuid=uuid.UUID(bytes=packed[:UUID_BYTES])).first()
        if row is None or (self.bound and packed[UUID_BYTES : UUID_BYTES + TAG] != _tag(row)):
            raise InvalidLink
        return row

    def is_current(self, token: str, row: Row) -> bool:
        """Return whether the reader's state has not changed since the token was made; True for unbound tokens."""
        return not self.bound or self._unpacked(token)[UUID_BYTES + TAG :] == _tag_of_state(row)

    def _unpacked(self, token: str) -> bytes:
        """Return what was signed; raises InvalidLink where the signature is wrong or has expired."""
        signer = self._signer()
        try:
            if isinstance(signer, signing.TimestampSigner) and self.days is not None:
                value = signer.unsign(token, max_age=timedelta(days=self.days))
            else:
                value = signer.unsign(token)
            packed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except (signing.BadSignature, ValueError):  # the latter for what is no base64
            raise InvalidLink from None
        if len(packed) < UUID_BYTES:
            raise InvalidLink
        return packed

    def _signer(self) -> signing.Signer:
        kind = signing.Signer if self.days is None else signing.TimestampSigner
        return kind(salt=f"newsletter.{self.name}", sep=".")


@cache
def _page(name: str, site_url: str) -> str:
    """Return the URL of a page without its token; cached, since every message of an issue needs it."""
    return urljoin(site_url, reverse(f"newsletter:{name}", args=["-"])).removesuffix("-/")


def _tag(row: Subscriber | AddressChange) -> bytes:
    return hashlib.sha256(row.address_key.encode()).digest()[:TAG]


def _tag_of_state(row: Subscriber | AddressChange) -> bytes:
    """Return the digest of the time at which the reader entered the present state, to the microsecond."""
    reader = row.subscriber if isinstance(row, AddressChange) else row
    return hashlib.sha256(reader.state_changed_at.astimezone(UTC).isoformat().encode()).digest()[:TAG]


CONFIRM = Link("confirm", Subscriber)
MANAGE = Link("manage", Subscriber)
UNSUBSCRIBE = Link("unsubscribe", Subscriber, days=None, bound=False)
CHANGE_FROM = Link("change_from", AddressChange)
CHANGE_TO = Link("change_to", AddressChange)

BACK = "newsletter.back"
BACK_WITHIN = timedelta(hours=1)


def way_back(subscriber: Subscriber) -> str:
    """Return a token that takes back this unsubscription; only the page after it shows one."""
    return signing.dumps([str(subscriber.uuid), subscriber.state_changed_at.isoformat()], salt=BACK)


def is_way_back(token: str, subscriber: Subscriber) -> bool:
    """Return whether the token takes back the latest unsubscription, at most an hour after it."""
    try:
        found = signing.loads(token, salt=BACK, max_age=BACK_WITHIN)
    except signing.BadSignature:
        return False
    return bool(found == [str(subscriber.uuid), subscriber.state_changed_at.isoformat()])
