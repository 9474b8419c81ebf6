"""Fonts of a PDF: keeps glyphs, metrics and character codes, without names of makers."""

from .copying import font

__all__ = ["font"]
