"""The editors' side of articles, pages, resources, pictures and what they are about."""

from . import hotlines, links, pictures, publishing, resources, subjects

__all__ = ["hotlines", "links", "pictures", "publishing", "resources", "subjects"]
