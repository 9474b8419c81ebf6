"""Takes a word, such as a name, out of everything that the database keeps, and says what it can't reach."""
