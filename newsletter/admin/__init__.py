"""The newsletter managers' side."""

from newsletter.issues.admin import issues
from newsletter.readers.admin import lists, readers
from newsletter.sending.admin import domains

__all__ = ["domains", "issues", "lists", "readers"]
