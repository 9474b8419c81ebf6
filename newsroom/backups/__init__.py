"""Backups: how they are made, kept and put back, and what was erased since."""
