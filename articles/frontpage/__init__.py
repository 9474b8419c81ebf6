"""The home page: what editors choose for it, and what the dates bring."""
