"""The key of a document: it goes by its date, so that the newest lie together."""

import datetime

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
STANDING = 1 << 34  # seconds: pages without a date count as newer than every date
FIRST_STANDING = STANDING << 28


def microseconds(moment):
    """Return a moment as a whole number, which keeps its order."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def place(date, kind, key: str):
    """Return the key of a document: its second, its kind, its primary key."""
    second = STANDING if date is None else min(int(date.timestamp()), STANDING - 1)
    return (second << 28) | (kind.number << 24) | (key & 0xFFFFFF)


def kind_in(place):
    """Return the number of the kind in a document's key."""
    return (place >> 24) & 0xF
