"""Detects the format of a picture by its first bytes, and cleans it, also inside a data URI (RFC 2397)."""

import base64
import binascii
import re
import struct
import urllib.parse
from collections.abc import Callable

from ..report import DocumentError, Report
from . import bitmaps, svg

DEEPEST = 4  # levels of drawings inside drawings
_DATA_URI = re.compile(r"\s*data:([^,;]*)((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)
_TYPES: list[tuple[Callable[[bytes], bool], str]] = [
    (lambda content: content.startswith(b"\xff\xd8"), "image/jpeg"),
    (lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"), "image/png"),
    (lambda content: content.startswith((b"GIF87a", b"GIF89a")), "image/gif"),
    (lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP", "image/webp"),
    (lambda content: content.startswith(b"BM"), "image/bmp"),
    (lambda content: content.startswith((b"II*\0", b"MM\0*")), "image/tiff"),
    (lambda content: content[:4] == b"\1\0\0\0" and content[40:44] == b" EMF", "image/x-emf"),
    (lambda content: content.startswith((b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0", b"\2\0\x09\0")), "image/x-emf"),
    (svg.is_one, "image/svg+xml"),
]


def cleaned(content: bytes, name: str, report: Report, depth: int = 0) -> bytes:
    """Return a picture without metadata, in the same format; raises DocumentError for one that can't be cleaned.

    Windows metafiles (EMF, WMF) can't: they hold text, names, other pictures and programs. The depth is the number of
    pictures around it.
    """
    shown = name.rsplit("/", 1)[-1]
    kind = kind_of(content)
    if kind is None or depth > DEEPEST:
        raise DocumentError("picture", name=shown)
    try:
        if kind == "image/svg+xml":
            return svg.cleaned(content, report, lambda address: data_uri(address, report, depth + 1))
        return bitmaps.cleaned(content)
    except (struct.error, IndexError, OSError, ValueError, SyntaxError) as error:
        raise DocumentError("picture", name=shown) from error


def kind_of(content: bytes) -> str | None:
    """Return the media type of a picture by its first bytes, or None for other content."""
    return next((kind for matches, kind in _TYPES if matches(content)), None)


def data_uri(address: str, report: Report, depth: int = 0) -> str:
    """Return a data URI with a clean picture and its detected media type; raises DocumentError for other content."""
    match = _DATA_URI.fullmatch(address)
    if match is None:
        raise DocumentError("picture", name="data URI")
    options, body = match[2].lower(), match[3]
    try:
        content = urllib.parse.unquote_to_bytes(body)
        if re.search(r";\s*base64\s*$", options):
            content = base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DocumentError("picture", name="data URI") from error
    clean = cleaned(content, "data URI", report, depth)
    return f"data:{kind_of(clean)};base64,{base64.b64encode(clean).decode()}"
