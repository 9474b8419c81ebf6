"""Newsroom: the project, and the rooms of its platform."""

__version__ = "0.2.0"
__date__ = "2026-11-28"  # of this version: doctor says when an update is due
