"""The editors' side of articles, pages, pictures and what they are about."""

from . import pictures, publishing, subjects

__all__ = ["pictures", "publishing", "subjects"]
