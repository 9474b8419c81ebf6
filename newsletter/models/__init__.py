"""The models of the newsletter."""

from .delivery import Batch, Delivery
from .issue import Issue, Item
from .subscriber import Subscriber, Suppression

__all__ = ["Batch", "Delivery", "Issue", "Item", "Subscriber", "Suppression"]
