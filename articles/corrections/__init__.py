"""Corrections of what was published: dated notes on an article, and the archive of all of them."""
