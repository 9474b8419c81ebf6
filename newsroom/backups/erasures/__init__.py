"""What the ledger of erasures consists of: its key, its lines, where it lies, and how it is done again."""
