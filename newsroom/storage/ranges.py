"""Range requests (RFC 9110, section 14), so that an interrupted download can be resumed."""

import re
from email.utils import parsedate_to_datetime
from typing import BinaryIO

from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# A single range: first-last, first- or -suffix. A request for several ranges gets the whole file.
ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)

type ReadableFile = BinaryIO | File[bytes]


class FileRange:
    """A range of a file as a file object of its own."""

    def __init__(self, file: ReadableFile, start: int, length: int) -> None:
        self.file = file
        self.left = length
        self.name = getattr(file, "name", "")
        if hasattr(file, "end_at"):  # of a bucket, which sends no more than is asked
            file.end_at(start + length)
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`."""
        piece = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(piece)
        return piece

    def tell(self) -> int:
        """Return the position in the whole file."""
        return self.file.tell()

    def seekable(self) -> bool:
        """Return False: nobody may leave the range."""
        return False

    def fileno(self) -> int:
        """Return the file descriptor of the whole file."""
        return self.file.fileno()

    def close(self) -> None:
        """Close the whole file."""
        self.file.close()


def file_answer(
    request: HttpRequest, file: ReadableFile, size: int, headers: dict[str, str]
) -> HttpResponseBase:
    """Return the response with a file of `size` bytes (200), the requested range of it (206), or 416.

    The headers are those of the whole file; a strong ETag and Last-Modified are compared with If-Range.
    """
    requested = _requested_range(request, size, headers)
    if requested == (0, 0):
        file.close()
        response: HttpResponseBase = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
    elif requested:
        start, end = requested
        response = FileResponse(FileRange(file, start, end - start), status=206)
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


def _requested_range(request: HttpRequest, size: int, headers: dict[str, str]) -> tuple[int, int] | None:
    """Return start and end of the range, (0, 0) for an unsatisfiable one, or None for the whole file."""
    found = ONE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or not found or not _is_unchanged(request, headers):
        return None
    first, last = found.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < start:
            return None  # malformed
    elif last:
        start, end = max(size - int(last), 0), size
    else:
        return None
    return (start, end) if start < end else (0, 0)


def _is_unchanged(request: HttpRequest, headers: dict[str, str]) -> bool:
    """Return whether the file is the one that If-Range names, or there is no If-Range."""
    condition = request.headers.get("If-Range", "").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == headers.get("ETag")
    try:
        return parsedate_to_datetime(condition) == parsedate_to_datetime(headers.get("Last-Modified", ""))
    except ValueError:
        return False
