"""What a feed says, before any format; and the list of the feeds that the site offers."""

import datetime
from dataclasses import dataclass, field

EPOCH = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Enclosure:
    """A picture that belongs to an entry, with what readers need before they load it (length in bytes)."""

    url: str
    type: str
    length: int
    width: int
    height: int
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Entry:
    """One piece. Its id is a tag: URI (RFC 4151), which no later change touches; addresses are whole."""

    id: str
    url: str
    title: str
    summary: str
    content: str
    published: datetime.datetime
    updated: datetime.datetime
    language: str = ""
    authors: list = field(default_factory=list)
    categories: list = field(default_factory=list)
    source_title: str = ""
    source_url: str = ""
    enclosure: Enclosure | None = None


@dataclass(frozen=True)
class Channel:
    """A feed: its title, the page that shows the same, and its entries, the newest first."""

    id: str
    title: str
    description: str
    page_url: str
    entries: list

    @property
    def updated(self):
        """Return when the newest of its entries changed, so that it stands still where nothing does."""
        return max((entry.updated for entry in self.entries), default=EPOCH)


@dataclass(frozen=True)
class Offer:
    """A feed as people choose it: its title, and its address in each format."""

    title: str
    addresses: dict  # format to path


_offers = []


def register(order, heading, load):
    """Let the page of feeds show load(), a list of offers, under a heading; smaller orders come first."""
    _offers.append((order, heading, load))
    _offers.sort(key=lambda offer: offer[0])


def offers():
    """Return (heading, offers) for each group that has any."""
    found = ((heading, load()) for _order, heading, load in _offers)
    return [(heading, group) for heading, group in found if group]
