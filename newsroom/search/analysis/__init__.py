"""Which terms stand for the words of a text."""
