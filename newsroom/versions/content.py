"""What a version holds, and how it is stored."""

import hashlib
import json
from typing import TypedDict, cast

type Values = dict[str, str | None]


class Row(TypedDict):
    """A row below a piece, such as a fact of a country."""

    key: int | None  # None where it is not stored yet
    fields: Values


class Content(TypedDict):
    """What a version holds: fields as text, keys of relations to many, and rows below."""

    fields: Values
    relations: dict[str, list[int]]
    rows: dict[str, list[Row]]


def write(content: Content) -> str:
    """Return a snapshot as it is stored: words stay readable in it, so that they can be searched."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(written: str) -> str:
    """Return what tells one stored snapshot from another."""
    return hashlib.sha256(written.encode()).hexdigest()


def read(written: str) -> Content:
    """Return a stored snapshot."""
    return cast("Content", json.loads(written))
