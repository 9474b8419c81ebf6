"""The models of the newsletter."""

from newsletter.issues.models import Issue, Item
from newsletter.readers.models.leftover import Leftover
from newsletter.readers.models.lists import Export, Import, ImportRow
from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsletter.readers.models.wish import AddressChange, Wish
from newsletter.sending.models import Batch, Delivery, Dispatch, DomainPause, DomainTally, SeenEvent

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
