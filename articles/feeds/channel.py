"""What a feed says, before any format; and the list of the feeds that the site offers."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from newsroom.offers import offered

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


@dataclass(frozen=True)
class Group:
    """Feeds under one heading of the page that lists them; those of single subjects stand after the others."""

    heading: str
    load: Callable[[], list[Offer]]
    by_subject: bool = False


def offers() -> list[tuple[str, list[Offer]]]:
    """Return (heading, offers) for each group that has any, as apps offer them in `feeds` of their config."""
    groups = sorted(offered("feeds"), key=lambda group: group.by_subject)
    return [(group.heading, found) for group in groups if (found := group.load())]
