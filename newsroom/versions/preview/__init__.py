"""Previews: a page as publishing would make it, rendered inside a transaction that is undone."""
