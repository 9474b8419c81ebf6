"""The newsletter managers' side."""

from . import domains, issues, lists, readers

__all__ = ["domains", "issues", "lists", "readers"]
