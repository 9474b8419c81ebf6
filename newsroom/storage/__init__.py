"""Rows, files and caches: written so that what is deleted stays deleted, and read by nobody else."""
