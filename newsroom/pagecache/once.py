"""Values that are the same for all pages of a content version, such as the menu: each is made once for it."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from . import contentversion, deadlines
from .unkept import may_keep


class Made(NamedTuple):
    """A value, the content version that it was made in, and until when the clock leaves it as it is."""

    value: Any  # whatever its maker returns
    version: int
    until: datetime | None


_made: dict[Hashable, Made] = {}


def once[Value](key: Hashable, make: Callable[[], Value]) -> Value:
    """Return what make() returned for this key in the present content version, or returns now.

    A value that is made inside a transaction, or for one person, is not kept: it may show what is never committed.
    """
    version = contentversion.current()
    if version is None or connection.in_atomic_block or not may_keep():
        return make()
    known = _made.get(key)
    if (
        known is not None
        and known.version == version
        and (known.until is None or timezone.now() < known.until)
    ):
        deadlines.holds_until(known.until)
        value: Value = known.value
        return value
    with deadlines.collecting() as deadline:
        value = make()
    for old in [old for old, made in list(_made.items()) if made.version != version]:
        _made.pop(old, None)
    _made[key] = Made(value, version, deadline.moment)
    return value
