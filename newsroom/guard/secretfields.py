"""Fields of forms whose values no page repeats: passwords, and codes that open something by themselves."""

# They open the desk, a mailbox, and the admin.
CODES = {"desk_code", "receipt", "sign_in_code", "sign_in_proof", "sign_in_secret"}


def is_password(name: str) -> bool:
    """Return whether a field of this name holds a password."""
    return "password" in name.casefold()


def is_secret(name: str) -> bool:
    """Return whether a field of this name holds a password or a code."""
    return is_password(name) or name in CODES
