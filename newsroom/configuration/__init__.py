"""Reads the settings of the site from its environment, and refuses in one line what is missing or wrong."""
