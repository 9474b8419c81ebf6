"""Feeds: the newest of something, in three formats, answered at no cost where nothing has changed."""

from .answers import FORMATS, answer
from .channel import Channel, Enclosure, Entry, Group, Offer, offers

__all__ = ["FORMATS", "Channel", "Enclosure", "Entry", "Group", "Offer", "answer", "offers"]
