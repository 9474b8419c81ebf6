"""Second factors: codes of an app, recovery codes, and what an account without one has to do."""
