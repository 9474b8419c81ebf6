"""Parts of a file that somebody asks for (Range, RFC 9110 section 14): a download that broke goes on where it was."""

import re
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# One part, by its first and last byte, from a byte on, or so many bytes at the end; several at once are answered whole.
ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


class Part:
    """A file that begins and ends where a part of another does."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self.file = file
        self.left = length
        self.name = getattr(file, "name", "")
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most so many."""
        piece = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(piece)
        return piece

    def tell(self) -> int:
        """Return the place in the whole file."""
        return self.file.tell()

    def seekable(self) -> bool:
        """Return that nobody may leave the part."""
        return False

    def fileno(self) -> int:
        """Return the descriptor of the whole file."""
        return self.file.fileno()

    def close(self) -> None:
        """Close the whole file."""
        self.file.close()


def file_answer(request: HttpRequest, file: Any, size: int, headers: dict[str, str]) -> HttpResponseBase:
    """Return a file of so many bytes, or the part of it that is asked for: 200, 206 or 416.

    The headers are those of the whole file; ETag (a strong one) and Last-Modified tell whether somebody's part is
    of the same.
    """
    asked = _asked(request, size, headers)
    if asked == (0, 0):
        file.close()
        response: HttpResponseBase = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
    elif asked:
        start, end = asked
        response = FileResponse(Part(file, start, end - start), status=206)
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        response.headers["Content-Length"] = str(end - start)
    else:
        response = FileResponse(file)
        response.headers["Content-Length"] = str(size)
    for name, value in headers.items():
        if response.status_code != 416 or name not in {"Content-Type", "Content-Disposition"}:
            response.headers[name] = value
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _asked(request: HttpRequest, size: int, headers: dict[str, str]) -> tuple[int, int] | None:
    """Return first byte and end of the part, (0, 0) for one that is not there, or None for the whole file."""
    found = ONE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or not found or not _is_of_the_same(request, headers):
        return None
    first, last = found.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < start:
            return None  # not a range at all
    elif last:
        start, end = max(size - int(last), 0), size
    else:
        return None
    return (start, end) if start < end else (0, 0)


def _is_of_the_same(request: HttpRequest, headers: dict[str, str]) -> bool:
    """Return whether the file is still the one of which somebody has a part already."""
    condition = request.headers.get("If-Range", "").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == headers.get("ETag")
    try:
        return parsedate_to_datetime(condition) == parsedate_to_datetime(headers.get("Last-Modified", ""))
    except ValueError:
        return False
