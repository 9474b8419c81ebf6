"""Feeds: the newest entries of a list in three formats."""

from .channel import Channel, Enclosure, FeedEntry, FeedGroup, ListedFeed, listed_feeds
from .responses import FORMATS, feed_response

__all__ = [
    "FORMATS",
    "Channel",
    "Enclosure",
    "FeedEntry",
    "FeedGroup",
    "ListedFeed",
    "feed_response",
    "listed_feeds",
]
