"""What the Inquiry Corner keeps: little, encrypted, and not for long."""

from .desk import CannedAnswer, DeskSettings, MonthlyFigures, Safe
from .inquiry import Entry, Event, Inquiry
from .sealed import SealedModel

__all__ = [
    "CannedAnswer",
    "DeskSettings",
    "Entry",
    "Event",
    "Inquiry",
    "MonthlyFigures",
    "Safe",
    "SealedModel",
]
