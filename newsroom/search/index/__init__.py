"""The index of what is public, and its two stores: SQLite and PostgreSQL."""
