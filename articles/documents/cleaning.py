"""Runs the cleaning of a document in a process of its own (sandbox.py) with limits on time and memory."""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.utils.functional import cached_property

from newsroom.sandbox import sandboxing

from . import messages, sandbox

MEBIBYTE = 1024 * 1024
MAX_BYTES = (
    50 * MEBIBYTE
)  # LARGEST_UPLOAD of the settings and the body size in deploy/nginx.conf leave room for the form
PATIENCE = sandbox.SECONDS  # until the process is killed
AT_ONCE = 2  # documents that one process of the site cleans at the same time

_slots = threading.BoundedSemaphore(AT_ONCE)


class BinaryFile(Protocol):
    """A seekable binary file, such as an upload of Django."""

    def read(self, size: int, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...


@dataclass(frozen=True)
class Document:
    """A clean document; the findings are what an editor must accept before it may be public."""

    data: bytes = field(repr=False)
    content_type: str
    extension: str  # without a dot
    pages: int | None
    text: str = field(repr=False)  # for the search index
    findings: tuple[messages.Finding, ...]

    @cached_property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.data)


def clean(upload: BinaryFile, *, filename: str = "") -> Document:
    """Return the clean Document of an open file; raises Refused for one that can't be published.

    It may take up to 30 seconds: call it outside of transactions. Of the file name only ".csv" matters: it tells a
    table of one column from other text.
    """
    size = _size_of(upload)
    if size == 0:
        raise messages.refusal("empty", {})
    if size > MAX_BYTES:
        raise messages.refusal("too_large", {"size": -(-size // MEBIBYTE), "most": MAX_BYTES // MEBIBYTE})
    if not _slots.acquire(blocking=False):
        raise messages.refusal("busy", {})
    try:
        suffix = Path(filename or "").suffix.lower()
        code, result, data = sandboxing.run(sandbox, [suffix], upload, PATIENCE)
    finally:
        _slots.release()
    if not result:
        raise messages.refusal("takes_too_long" if code in sandboxing.OUT_OF_BOUNDS else "damaged", {})
    if "refused" in result:
        raise messages.refusal(result["refused"], result["params"])
    findings = tuple(messages.finding(kind, places) for kind, places in result["findings"].items())
    return Document(
        data, result["content_type"], result["extension"], result["pages"], result["text"], findings
    )


def _size_of(upload: BinaryFile) -> int:
    upload.seek(0, os.SEEK_END)
    size = upload.tell()
    upload.seek(0)
    return size
