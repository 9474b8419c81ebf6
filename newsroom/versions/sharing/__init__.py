"""Links to what is not public, for somebody without an account."""
