"""Changing a running site to another version of the code, and back."""
