"""Sending: from the decision to the last reader, and what comes back."""
