"""Signed links: each for one purpose, to one reader, without a session or a row of its own."""

import base64
import hashlib
import uuid
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cache
from typing import Any
from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.urls import reverse

TAG = (
    8  # bytes of the digests that tie a link to the address it was mailed to, and to the state of its reader
)


class Over(Exception):
    """The link was never ours, its time is over, or what it led to is gone."""


@dataclass(frozen=True)
class Link:
    """A kind of link: the name of its page, the model it leads to, and how many days it works (None: always).

    One that is bound dies when its reader takes another address: the old mailbox may be somebody else's soon.
    It also knows the state that its reader was in, so that who has left is not brought back by an old link.
    """

    name: str
    model: str = "newsletter.Subscriber"
    days: int | None = 7
    bound: bool = True

    def url(self, row: Any) -> str:
        """Return the absolute address for this row."""
        return f"{_page(self.name, settings.SITE_URL)}{self.token(row)}/"

    def token(self, row: Any) -> str:
        """Return the token for this row: letters, digits, '-', '_' and '.'."""
        packed = row.uuid.bytes + (_tag(row) + _tag_of_state(row) if self.bound else b"")
        return self._signer().sign(base64.urlsafe_b64encode(packed).decode().rstrip("="))

    def find(self, token: str) -> Any:
        """Return the row that the token leads to; raises Over where it leads to none."""
        packed = self._unpacked(token)
        row = apps.get_model(self.model).objects.filter(uuid=uuid.UUID(bytes=packed[:16])).first()
        if row is None or (self.bound and packed[16 : 16 + TAG] != _tag(row)):
            raise Over
        return row

    def is_current(self, token: str, row: Any) -> bool:
        """Return whether a bound token that leads to the row was made in the state that its reader is still in."""
        return self._unpacked(token)[16 + TAG :] == _tag_of_state(row)

    def _unpacked(self, token: str) -> bytes:
        """Return what was signed; raises Over where that was not by us, or too long ago."""
        try:
            if self.days is None:
                value = self._signer().unsign(token)
            else:
                value = self._signer().unsign(token, max_age=timedelta(days=self.days))
            return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except (signing.BadSignature, NotBase64):
            raise Over from None

    def _signer(self):
        kind = signing.Signer if self.days is None else signing.TimestampSigner
        return kind(salt=f"newsletter.{self.name}", sep=".")


@cache
def _page(name: str, site_url):
    """Return the address of a page without its token: every newsletter to be sent asks for it."""
    return urljoin(site_url, reverse(f"newsletter:{name}", args=["-"])).removesuffix("-/")


def _tag(row: Any) -> bytes:
    return hashlib.sha256(row.address_key.encode()).digest()[:TAG]


def _tag_of_state(row: Any) -> bytes:
    """Return the digest of the moment at which the reader entered the present state, to the microsecond."""
    reader = getattr(row, "subscriber", row)
    return hashlib.sha256(reader.state_changed_at.astimezone(UTC).isoformat().encode()).digest()[:TAG]


CONFIRM = Link("confirm")
MANAGE = Link("manage")
UNSUBSCRIBE = Link("unsubscribe", days=None, bound=False)
CHANGE_FROM = Link("change_from", model="newsletter.AddressChange")
CHANGE_TO = Link("change_to", model="newsletter.AddressChange")

BACK = "newsletter.back"
BACK_WITHIN = timedelta(hours=1)


def way_back(subscriber):
    """Return a token that takes back this very unsubscription; who only holds an old newsletter has none."""
    return signing.dumps([str(subscriber.uuid), subscriber.state_changed_at.isoformat()], salt=BACK)


def is_way_back(token: str, subscriber):
    """Return whether the token takes back the unsubscription that holds now."""
    try:
        found = signing.loads(token, salt=BACK, max_age=BACK_WITHIN)
    except signing.BadSignature:
        return False
    return found == [str(subscriber.uuid), subscriber.state_changed_at.isoformat()]
