"""Fonts of a PDF: their letters and what the codes of a text stand for, without who made them."""

from .copying import font

__all__ = ["font"]
