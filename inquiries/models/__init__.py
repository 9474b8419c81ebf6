"""What the Inquiry Corner keeps: little, encrypted, and not for long."""

from .admission import AccountChange, Admission
from .desk import CannedAnswer, DeskSettings, MonthlyFigures, Safe
from .event import Event
from .inquiry import Entry, Inquiry
from .languages import OfficerLanguages
from .sealed import SealedModel
from .unsaved import UnsavedAnswer

__all__ = [
    "AccountChange",
    "Admission",
    "CannedAnswer",
    "DeskSettings",
    "Entry",
    "Event",
    "Inquiry",
    "MonthlyFigures",
    "OfficerLanguages",
    "Safe",
    "SealedModel",
    "UnsavedAnswer",
]
