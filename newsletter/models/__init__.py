"""The models of the newsletter."""

from .delivery import Batch, Delivery, Dispatch, DomainPause, DomainTally, SeenEvent
from .issue import Issue, Item
from .leftover import Leftover
from .lists import Export, Import, ImportRow
from .subscriber import Subscriber, Suppression
from .wish import AddressChange, Wish

__all__ = [
    "AddressChange",
    "Batch",
    "Delivery",
    "Dispatch",
    "DomainPause",
    "DomainTally",
    "Export",
    "Import",
    "ImportRow",
    "Issue",
    "Item",
    "Leftover",
    "SeenEvent",
    "Subscriber",
    "Suppression",
    "Wish",
]
