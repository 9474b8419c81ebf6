"""The newsletter managers' side."""

from . import lists, readers

__all__ = ["lists", "readers"]
