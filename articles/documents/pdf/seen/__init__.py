"""Reads a PDF as a viewer shows it: the visible text, and hidden text that can be copied."""
