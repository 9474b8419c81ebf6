"""The key of a document in the index: it begins with its date, so that the newest lie together."""

import datetime

from ..registry import SearchKind

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
STANDING = 1 << 34  # seconds: pages without a date come after every date
FIRST_STANDING = STANDING << 28


def microseconds(moment: datetime.datetime) -> int:
    """Return a time as microseconds since 1970."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def document_key(date: datetime.datetime | None, kind: SearchKind, key: int) -> int:
    """Return the key of a document, made of its time in seconds, its kind and its row's primary key."""
    second = STANDING if date is None else min(int(date.timestamp()), STANDING - 1)
    return (second << 28) | (kind.number << 24) | (key & 0xFFFFFF)


def kind_in(key: int) -> int:
    """Return the number of the kind in a document's key."""
    return (key >> 24) & 0xF
