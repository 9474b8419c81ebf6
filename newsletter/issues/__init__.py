"""Issues: drafted, written, and read in the archive."""
