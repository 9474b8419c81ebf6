"""The models of the newsletter."""

from .delivery import Batch, Delivery
from .issue import Issue, Item
from .lists import Export, Import, ImportRow
from .subscriber import Subscriber, Suppression
from .wish import AddressChange, Wish

__all__ = [
    "AddressChange",
    "Batch",
    "Delivery",
    "Export",
    "Import",
    "ImportRow",
    "Issue",
    "Item",
    "Subscriber",
    "Suppression",
    "Wish",
]
