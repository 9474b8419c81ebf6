"""The request that this thread works on, by an id of our own: pages of errors show it, and log lines hold it."""

import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # what is not taken for another letter when it is read out
LENGTH = 8
HEADER = (
    "X-Request-Id"  # of answers that refuse or fail: the page of a 404 is the same for all, and may be kept
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}


def new_id() -> str:
    """Return a random id; what visitors send as one is never read."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


@dataclass
class Trace:
    """What may be logged of a request: its id, its method, and the name of its route, which holds no value."""

    method: str
    route: str = ""
    id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        if self.method not in METHODS:  # any text, as the visitor likes
            self.method = "other"


current: ContextVar[Trace | None] = ContextVar("current", default=None)
