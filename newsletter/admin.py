"""Imports the admin of each room, since Django loads this module alone."""

from newsletter.readers.admin import lists, readers
from newsletter.sending.admin import domains, issues

__all__ = ["domains", "issues", "lists", "readers"]
