"""The newsletter managers' side."""
