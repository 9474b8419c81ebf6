"""Signed links: each for one purpose, to one reader, without a session or a row of its own."""

import base64
import hashlib
import uuid
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.urls import reverse

TAG = 8  # bytes of the digest that ties a link to the address it was mailed to


class Over(Exception):
    """The link was never ours, its time is over, or what it led to is gone."""


@dataclass(frozen=True)
class Link:
    """A kind of link: the name of its page, the model it leads to, and how many days it works (None: always).

    One that is bound dies when its reader takes another address: the old mailbox may be somebody else's soon.
    """

    name: str
    model: str = "newsletter.Subscriber"
    days: int | None = 7
    bound: bool = True

    def url(self, row):
        """Return the absolute address for this row."""
        return f"{_page(self.name, settings.SITE_URL)}{self.token(row)}/"

    def token(self, row):
        """Return the token for this row: letters, digits, '-', '_' and '.'."""
        packed = row.uuid.bytes + (_tag(row) if self.bound else b"")
        return self._signer().sign(base64.urlsafe_b64encode(packed).decode().rstrip("="))

    def find(self, token):
        """Return the row that the token leads to; raises Over where it leads to none."""
        try:
            if self.days is None:
                value = self._signer().unsign(token)
            else:
                value = self._signer().unsign(token, max_age=timedelta(days=self.days))
            packed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except (signing.BadSignature, NotBase64):
            raise Over from None
        row = apps.get_model(self.model).objects.filter(uuid=uuid.UUID(bytes=packed[:16])).first()
        if row is None or (self.bound and packed[16:] != _tag(row)):
            raise Over
        return row

    def _signer(self):
        kind = signing.Signer if self.days is None else signing.TimestampSigner
        return kind(salt=f"newsletter.{self.name}", sep=".")


@cache
def _page(name, site_url):
    """Return the address of a page without its token: every newsletter to be sent asks for it."""
    return urljoin(site_url, reverse(f"newsletter:{name}", args=["-"])).removesuffix("-/")


def _tag(row):
    return hashlib.sha256(row.address_key.encode()).digest()[:TAG]


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


def is_way_back(token, subscriber):
    """Return whether the token takes back the unsubscription that holds now."""
    try:
        found = signing.loads(token, salt=BACK, max_age=BACK_WITHIN)
    except signing.BadSignature:
        return False
    return found == [str(subscriber.uuid), subscriber.state_changed_at.isoformat()]
