"""The newsletter managers' side."""

from . import domains, lists, readers

__all__ = ["domains", "lists", "readers"]
