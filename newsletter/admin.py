"""The newsletter managers' side: Django asks this module for all of it."""

from newsletter.readers.admin import lists, readers
from newsletter.sending.admin import domains, issues

__all__ = ["domains", "issues", "lists", "readers"]
