"""The content of a feed, whatever its format; and the list of the feeds that the site offers."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsroom.offers import offered

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EPOCH = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Enclosure:
    """A picture that belongs to an entry; its length is in bytes, its width and height in pixels."""

    url: str
    type: str
    length: int
    width: int
    height: int
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True)
class FeedEntry:
    """One entry of a feed. Its id is a tag: URI (RFC 4151), which no later change touches; URLs are absolute."""

    id: str
    url: str
    title: str
    summary: str
    content: str
    published: datetime.datetime
    updated: datetime.datetime
    language: str = ""
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
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
    entries: list[FeedEntry]

    @property
    def updated(self) -> datetime.datetime:
        """Return when the newest of its entries changed, or a fixed date for an empty feed."""
        return max((entry.updated for entry in self.entries), default=EPOCH)


@dataclass(frozen=True)
class ListedFeed:
    """A feed on the page that lists all feeds: its title, and its path in each format."""

    title: str
    addresses: dict[str, str]  # format to path


@dataclass(frozen=True)
class FeedGroup:
    """Feeds under one heading of the page that lists them; feeds of single subjects stand after the others."""

    heading: "StrOrPromise"
    load: Callable[[], list[ListedFeed]]
    by_subject: bool = False


def listed_feeds() -> "list[tuple[StrOrPromise, list[ListedFeed]]]":
    """Return (heading, feeds) for each group that has any, as apps offer them in `feeds` of their config."""
    groups = sorted(offered("feeds"), key=lambda group: group.by_subject)
    return [(group.heading, feeds) for group in groups if (feeds := group.load())]
