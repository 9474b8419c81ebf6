"""Rows, files and caches: deleted data stays deleted, and nobody else on the machine can read the files."""
