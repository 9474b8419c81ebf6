"""Readers: signing up, their own page, and lists of them that come in or go out."""
