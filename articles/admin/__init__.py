"""The editors' side of articles, pages, pictures and what they are about."""

from . import hotlines, pictures, publishing, subjects

__all__ = ["hotlines", "pictures", "publishing", "subjects"]
