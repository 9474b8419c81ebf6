"""Passes a whole response to granian: a long one by a file, so that a slow reader occupies no memory."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from newsroom.pagecache.entries import Headers

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol

LARGEST_BY_HAND = 64 * 1024  # bytes up to which a file is read here, which is faster
LARGEST_IN_MEMORY = 1024 * 1024  # bytes of a response; a longer one is sent from a file


class SentFile:
    """A response body that is a file (wsgi.file_wrapper, PEP 3333)."""

    def __init__(self, file: BinaryIO, block_size: int = 65536) -> None:
        self.file = file
        self.block_size = block_size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.file.read(self.block_size):
            yield piece

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def path(self) -> str | None:
        """Return the path of the file, or None where it has none or another file is there now."""
        name = getattr(self.file, "name", None)
        if not isinstance(name, str) or not Path(name).is_absolute():
            return None
        try:
            same = os.path.samestat(os.fstat(self.file.fileno()), Path(name).stat())
        except (OSError, AttributeError):
            return None
        return name if same else None


def send(protocol: "HTTPProtocol", status: int, headers: Headers, answer: Iterable[bytes]) -> BinaryIO | None:
    """Pass a whole response to granian; return a file that must stay open until granian has opened it, or None."""
    if isinstance(answer, SentFile):
        length = int(dict(headers).get("Content-Length", "0"))
        if length > LARGEST_BY_HAND and (path := answer.path()):
            start = answer.file.tell()
            protocol.response_file_range(status, headers, path, start, start + length)
            return None
    pieces, size = [], 0
    answering = iter(answer)
    for piece in answering:
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_IN_MEMORY:
            return _send_by_file(protocol, status, headers, pieces, answering)
    protocol.response_bytes(status, headers, b"".join(pieces))
    return None


def _send_by_file(
    protocol: "HTTPProtocol", status: int, headers: Headers, begun: list[bytes], rest: Iterator[bytes]
) -> BinaryIO:
    """Send a long response from an unlinked file, so that a slow reader occupies no memory; return the file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - granian reads it after this function has ended
    for piece in begun:
        file.write(piece)
    for piece in rest:
        file.write(piece)
    file.flush()
    size = file.tell()
    fields = [(name, value) for name, value in headers if name.lower() != "content-length"]
    fields.append(("Content-Length", str(size)))
    protocol.response_file_range(status, fields, f"/dev/fd/{file.fileno()}", 0, size)
    return file
