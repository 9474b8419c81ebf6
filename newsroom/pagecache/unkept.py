"""Pages for one person, such as a preview of what is not public: nothing that is made for them is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_on = ContextVar("newsroom.pagecache.unkept", default=False)


@contextmanager
def keeping_nothing() -> Iterator[None]:
    """Let nothing that the block makes be kept, not even the pieces that pages share."""
    token = _is_on.set(True)
    try:
        yield
    finally:
        _is_on.reset(token)


def may_keep() -> bool:
    """Return whether what is made now may be kept for others."""
    return not _is_on.get()
