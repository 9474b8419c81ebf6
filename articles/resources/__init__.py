"""The library of resources, and their files."""
