"""Review: a piece is handed in, sent back or published, and colleagues write notes about it."""
