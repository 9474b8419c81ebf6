"""Unpacks the ZIP archives that office files are, within limits, and packs new ones without times and origins."""

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping

from articles.documents.report import DocumentError

MOST_ENTRIES = 5_000
LARGEST_PART = 100 * 1024 * 1024  # bytes unpacked
LARGEST_MARKUP = 48 * 1024 * 1024  # bytes of one XML part: its tree takes ten times that
LARGEST_TOTAL = 300 * 1024 * 1024  # bytes unpacked, all together
HIGHEST_RATIO = 200  # of unpacked to packed size; the text of office files reaches about 50
SMALL = 1024 * 1024  # bytes below which every ratio is accepted
EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 256 * 1024


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return {name: content} of an archive; raises DocumentError for one that is a bomb, malformed or encrypted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError) as error:
        raise DocumentError("damaged") from error


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
        raise DocumentError("bomb")
    parts: dict[str, bytes] = {}
    seen: set[str] = set()
    total = 0
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & 0x1:
            raise DocumentError("password")
        odd = name.startswith("/") or "\\" in name or ".." in name.split("/") or name.lower() in seen
        if odd or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise DocumentError("damaged")
        seen.add(name.lower())
        if name.endswith("/"):
            continue
        parts[name] = _part(archive, entry)
        total += len(parts[name])
        if total > LARGEST_TOTAL:
            raise DocumentError("bomb")
    return parts


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of one entry; raises DocumentError where it is too large, whatever size its header names."""
    highest = max(SMALL, entry.compress_size * HIGHEST_RATIO)
    limit = min(highest, LARGEST_MARKUP if entry.filename.endswith((".xml", ".rels")) else LARGEST_PART)
    if entry.file_size > limit:
        raise DocumentError("bomb")
    read, size = [], 0
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise DocumentError("bomb")
            read.append(chunk)
    return b"".join(read)


def packed(parts: Mapping[str, bytes], stored: Collection[str] = ()) -> bytes:
    """Return an archive of {name: content}, in that order; the entries named in stored are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
