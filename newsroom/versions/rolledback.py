"""Changes to the database that nobody else sees, and that are gone after the block that needs them.

A piece is saved with its relations, search entry and constraints as at any save; then its snapshot is taken or its page
is rendered, and all of it is undone. So a working copy and a preview are what publishing would make of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo at the end what the block has done to the database; what it leaves for the commit never happens.

    On SQLite it holds the only write lock from its first write on: do nothing slow inside.
    """
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
