"""Writes a channel as RSS 2.0 and Atom (RFC 4287), both with feedgen, and as JSON Feed 1.1."""

import json
import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.html import escape
from feedgen.entry import FeedEntry as FeedEntryWriter
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from .channel import Channel, Enclosure, FeedEntry

type Element = etree._Element

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MEDIA = "http://search.yahoo.com/mrss/"
GENERATOR = "Newsroom"


class AtomLinks(BaseEntryExtension):
    """The links of an Atom entry with rel, type and length, which feedgen 1.0 leaves out."""

    def __init__(self) -> None:
        self.links: list[dict[str, str]] = []

    def extend_atom(self, entry: Element) -> Element:
        """Add the links to an entry."""
        for attributes in self.links:
            etree.SubElement(entry, "link", attributes)
        return entry


class MediaFeed(BaseExtension):
    """Declares the namespace of Media RSS."""

    def extend_ns(self) -> dict[str, str]:
        """Return the prefix and the namespace to declare."""
        return {"media": MEDIA}


class MediaEntry(BaseEntryExtension):
    """The picture of an entry with its credit and alternative text, which feedgen's own extension leaves out."""

    picture: Enclosure | None = None

    def extend_atom(self, entry: Element) -> Element:
        """Add the picture to an entry."""
        if self.picture is None:
            return entry
        content = etree.SubElement(entry, f"{{{MEDIA}}}content")
        content.attrib.update(
            {
                "url": self.picture.url,
                "type": self.picture.type,
                "medium": "image",
                "fileSize": str(self.picture.length),
                "width": str(self.picture.width),
                "height": str(self.picture.height),
            }
        )
        for name, text in [("credit", self.picture.credit), ("description", self.picture.alt)]:
            if text:
                element = etree.SubElement(content, f"{{{MEDIA}}}{name}")
                element.text = _clean(text)
                if name == "description":
                    element.set("type", "plain")
        return entry

    def extend_rss(self, item: Element) -> Element:
        """Add the picture to an item."""
        return self.extend_atom(item)


def _clean(text: str) -> str:
    """Return a text without the characters that XML 1.0 forbids."""
    return NOT_IN_XML.sub("", str(text))


def _as_html(text: str) -> str:
    """Return plain text for the description of an RSS channel or item, which readers take for HTML."""
    return _clean(escape(text))


def _generator(channel: Channel, own_url: str, mime_type: str) -> FeedGenerator:
    """Return feedgen's feed with what both XML formats have in common, without entries."""
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.register_extension("media", MediaFeed, MediaEntry)
    feed.register_extension("links", BaseExtension, AtomLinks, rss=False)
    feed.id(channel.id)
    feed.title(_clean(channel.title))
    feed.link(href=own_url, rel="self", type=mime_type)
    feed.link(href=channel.page_url, rel="alternate", type="text/html")  # feedgen's RSS link is the last one
    feed.language(settings.LANGUAGE_CODE)
    feed.generator(GENERATOR)
    return feed


def _add(feed: FeedGenerator, entry: FeedEntry) -> FeedEntryWriter:
    """Add an entry with what both XML formats have in common, and return feedgen's object for it."""
    added = feed.add_entry(order="append")
    added.id(entry.id)
    added.title(_clean(entry.title))
    added.published(entry.published)
    added.updated(entry.updated)
    for name in entry.categories:
        added.category(term=_clean(name))
    added.media.picture = entry.enclosure
    if entry.language and entry.language != settings.LANGUAGE_CODE:
        added.dc.dc_language(entry.language)
    return added


def rss(channel: Channel, own_url: str) -> bytes:
    """Return the channel as RSS 2.0."""
    feed = _generator(channel, own_url, "application/rss+xml")
    feed.description(_as_html(channel.description))
    feed.lastBuildDate(channel.updated)
    for entry in channel.entries:
        added = _add(feed, entry)
        added.link(href=entry.url)
        added.guid(entry.id, permalink=False)
        added.description(_as_html(entry.summary))
        added.content(_clean(entry.content), type="CDATA")
        for name in entry.authors:
            added.dc.dc_creator(_clean(name))
        if entry.source_url:
            added.source(url=_clean(entry.source_url), title=_clean(entry.source_title))
        if entry.enclosure:
            added.enclosure(entry.enclosure.url, str(entry.enclosure.length), entry.enclosure.type)
    return feed.rss_str()


def atom(channel: Channel, own_url: str) -> bytes:
    """Return the channel as Atom 1.0."""
    feed = _generator(channel, own_url, "application/atom+xml")
    feed.subtitle(_clean(channel.description))
    feed.updated(channel.updated)
    feed.author(name=_clean(channel.title))
    for entry in channel.entries:
        added = _add(feed, entry)
        added.summary(_clean(entry.summary))
        added.content(_clean(entry.content), type="html")
        for name in entry.authors:
            added.author(name=_clean(name))
        added.links.links = list(_links(entry))
    return feed.atom_str()


def _links(entry: FeedEntry) -> Iterator[dict[str, str]]:
    """Yield the attributes of each link of an Atom entry."""
    yield {"rel": "alternate", "type": "text/html", "href": entry.url}
    if entry.source_url:
        yield {"rel": "via", "href": _clean(entry.source_url), "title": _clean(entry.source_title)}
    if entry.enclosure:
        picture = entry.enclosure
        yield {
            "rel": "enclosure",
            "type": picture.type,
            "length": str(picture.length),
            "href": picture.url,
        }


def json_feed(channel: Channel, own_url: str) -> bytes:
    """Return the channel as JSON Feed 1.1."""
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.page_url,
        "feed_url": own_url,
        "language": settings.LANGUAGE_CODE,
        "items": [_item(entry) for entry in channel.entries],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _item(entry: FeedEntry) -> dict[str, object]:
    """Return an entry as an item of JSON Feed, without empty values."""
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.source_url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": name} for name in entry.authors],
        "tags": entry.categories,
        "language": entry.language,
    }
    if entry.enclosure:
        picture = entry.enclosure
        item["image"] = picture.url
        item["attachments"] = [
            {
                "url": picture.url,
                "mime_type": picture.type,
                "size_in_bytes": picture.length,
                "title": picture.alt or picture.credit,
            }
        ]
    return {name: value for name, value in item.items() if value}
