"""Hashes passwords with argon2id, one at a time per process: a hash takes a core for a moment, and 60 MiB."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import Argon2PasswordHasher, is_password_usable

from newsroom.guard.turns import Turns

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Of the four threads of a process one hashes and one waits; the others go on serving pages.
TURNS = Turns(waiting=1, patience=5)


class QueuedArgon2(Argon2PasswordHasher):
    """Django's hasher within 64 MB and one lane, run by one thread of a process at a time.

    encode() and verify() raise newsroom.guard.turns.Busy, which badinput.py answers with 429.
    """

    time_cost = 3
    memory_cost = 60 * 1024  # KiB
    parallelism = 1  # more lanes would take cores from the threads that serve pages

    def encode(self, password: str, salt: str) -> str:
        with TURNS.take():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with TURNS.take():
            return bool(super().verify(password, encoded))


def is_hashed_anew(user: "User", update_fields: Iterable[str] | None) -> bool:
    """Return whether signing in stores the same password with a stronger hash."""
    # Only check_password() saves like this: set_password() keeps the plain password in _password until save().
    # A password that is taken away comes without a plain one too, and leaves none that could be used.
    is_upgrade = getattr(user, "_password", "") is None and is_password_usable(user.password)
    return update_fields is not None and set(update_fields) == {"password"} and is_upgrade
