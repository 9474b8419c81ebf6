"""Hashes passwords with argon2id, one at a time per process: a hash takes a core for a moment, and 60 MiB."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from newsroom.guard.turns import Turns

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
