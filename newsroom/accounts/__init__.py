"""Accounts of the staff: roles, invitations, handing over when one is closed, and what no restore may undo."""
