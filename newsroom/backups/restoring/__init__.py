"""Puts a backup back: all of it is checked first, then the database is replaced at once, then the files follow."""
