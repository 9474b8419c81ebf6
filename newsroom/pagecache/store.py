"""Keeps entries in memory, bounded by bytes: on each shelf, what was not asked for the longest goes first."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings

from .entries import Entry, Key

LARGEST_SHARE = 8  # no entry takes more than this part of its shelf


class Shelf:
    """A share of the memory, in the order of use."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0  # bytes
        self.entries: OrderedDict[Key, Entry] = OrderedDict()


class Store:
    """All entries of a process.

    Visitors can ask for any number of addresses that don't exist, and of queries: these have a shelf of their own, so
    that they push no page out. So have files.
    """

    def __init__(self, most: int) -> None:
        self.pages, self.files, self.others = Shelf(most // 2), Shelf(most // 4), Shelf(most // 4)
        self.entries: dict[Key, tuple[Entry, Shelf]] = {}
        # A seam for yearly figures, called with path, status and number of answers when an entry goes.
        self.count: Callable[[str, int, int], None] | None = None
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Return how many bytes are kept."""
        return sum(shelf.size for shelf in (self.pages, self.files, self.others))

    def get(self, key: Key) -> Entry | None:
        """Return the entry, whether it still holds or not."""
        found = self.entries.get(key)
        return found[0] if found else None

    def used(self, key: Key) -> None:
        """Note that an entry was asked for."""
        try:
            self.entries[key][1].entries.move_to_end(key)
        except KeyError:  # another thread dropped it just now
            return

    def keep(self, entry: Entry) -> None:
        """Keep an entry instead of the one with its key, and drop others for it."""
        shelf = self._shelf_of(entry)
        with self._lock:
            if former := self.entries.pop(entry.key, None):
                former[1].entries.pop(entry.key, None)
                self._gone(*former)
            if entry.size > shelf.most // LARGEST_SHARE:
                return
            self.entries[entry.key] = (entry, shelf)
            shelf.entries[entry.key] = entry
            shelf.size += entry.size
            while shelf.size > shelf.most:
                key, oldest = shelf.entries.popitem(last=False)
                del self.entries[key]
                self._gone(oldest, shelf)

    def settle(self) -> None:
        """Count what was answered so far, such as when a day ends; all entries stay."""
        with self._lock:
            for entry, _shelf in self.entries.values():
                self._count(entry)

    def is_file(self, key: Key) -> bool:
        """Return whether the key is that of a static file or of media."""
        return key[0].startswith((settings.STATIC_URL, settings.MEDIA_URL))

    def _shelf_of(self, entry: Entry) -> Shelf:
        if self.is_file(entry.key):
            return self.files
        return self.pages if entry.status == 200 and not entry.key[1] else self.others

    def _gone(self, entry: Entry, shelf: Shelf) -> None:
        shelf.size -= entry.size
        self._count(entry)

    def _count(self, entry: Entry) -> None:
        if self.count is not None and entry.answers:
            self.count(entry.key[0], entry.status, entry.answers)
        entry.answers = 0
