"""Newsroom: the project, and the rooms of its platform."""

__version__ = "0.1.0"
