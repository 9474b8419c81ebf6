"""The ZIP archives that office files are: unpacked under limits, packed without a trace of when and where."""

import io
import zipfile
import zlib

from articles.documents.report import Trouble

MOST_ENTRIES = 5_000
LARGEST_PART = 100 * 1024 * 1024  # bytes unpacked
LARGEST_MARKUP = 48 * 1024 * 1024  # bytes of one XML part: its tree takes ten times that
LARGEST_TOTAL = 300 * 1024 * 1024  # bytes unpacked, all together
HIGHEST_RATIO = 200  # unpacked to packed; text of office files reaches about 50
SMALL = 1024 * 1024  # bytes below which no ratio is looked at
EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 256 * 1024


def unpacked(data):
    """Return {name: bytes} of an archive; raises Trouble for one that is a bomb, odd or encrypted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _read(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError) as error:
        raise Trouble("damaged") from error


def _read(packed):
    entries = packed.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
        raise Trouble("bomb")
    parts, seen, total = {}, set(), 0
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & 0x1:
            raise Trouble("password")
        odd = name.startswith("/") or "\\" in name or ".." in name.split("/") or name.lower() in seen
        if odd or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Trouble("damaged")
        seen.add(name.lower())
        if name.endswith("/"):
            continue
        parts[name] = _part(packed, entry)
        total += len(parts[name])
        if total > LARGEST_TOTAL:
            raise Trouble("bomb")
    return parts


def _part(packed, entry):
    """Return the bytes of one entry, however much it says that it has."""
    highest = max(SMALL, entry.compress_size * HIGHEST_RATIO)
    limit = min(highest, LARGEST_MARKUP if entry.filename.endswith((".xml", ".rels")) else LARGEST_PART)
    if entry.file_size > limit:
        raise Trouble("bomb")
    read, size = [], 0
    with packed.open(entry) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise Trouble("bomb")
            read.append(chunk)
    return b"".join(read)


def packed(parts, stored=()):
    """Return an archive of {name: bytes}, in that order, those in stored uncompressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
