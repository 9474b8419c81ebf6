"""JPEG 2000 (ISO/IEC 15444-1): keeps the boxes and marker segments of pixels and colours, and no others."""

import struct

_SIGNATURE = b"\0\0\0\x0cjP  "
_BOXES = {b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"jp2c"}
_TILE, _DATA, _END, _COMMENT = 0xFF90, 0xFF93, 0xFFD9, 0xFF64
_MARKERS = {  # of segments that are needed to decode the pixels
    0xFF50, 0xFF51, 0xFF52, 0xFF53, 0xFF55, 0xFF57, 0xFF58, 0xFF5C, 0xFF5D, 0xFF5E, 0xFF5F, 0xFF60, 0xFF61, 0xFF63,
}  # fmt: skip
_LENGTHS = {b"ihdr": 14, b"colr": 7}  # bytes of boxes; some programs write more
ENUMERATED = 1  # the method of a colour box that names a colour space by number; the others hold ICC profiles


def cleaned(content: bytes) -> bytes:
    """Return a JPEG 2000 file, or a bare code stream, without metadata; raises ValueError or struct.error."""
    if not content.startswith(_SIGNATURE):
        return code_stream(content)
    kept = [_SIGNATURE + b"\r\n\x87\n", _box(b"ftyp", b"jp2 \0\0\0\0jp2 ")]
    for kind, body in _first_of_each(_boxes(content)):
        if kind == b"jp2h":
            inside = [
                _box(one, held[: _LENGTHS.get(one)])
                for one, held in _first_of_each(_boxes(body))
                if one in _BOXES and _is_bare(one, held)
            ]
            kept.append(_box(kind, b"".join(inside)))
        elif kind == b"jp2c":
            kept.append(_box(kind, code_stream(body)))
    return b"".join(kept)


def _first_of_each(boxes: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the boxes that readers of JP2 show: of each type the first, of colours the first without a profile."""
    found: dict[bytes, bytes] = {}
    for kind, body in boxes:
        if _is_bare(kind, body):
            found.setdefault(kind, body)
    return list(found.items())


def _is_bare(kind: bytes, body: bytes) -> bool:
    """Return whether a box holds no ICC profile."""
    return kind != b"colr" or body[0] == ENUMERATED


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    """Return (type, content) of each box; raises ValueError."""
    found, at = [], 0
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, at + 8)
            start = at + 16
        elif length == 0:
            length = len(content) - at
        if length < start - at:
            raise ValueError
        found.append((kind, content[start : at + length]))
        at += length
    return found


def code_stream(content: bytes) -> bytes:
    """Return a code stream with blank comments, up to its end marker; raises ValueError."""
    if content[:2] != b"\xff\x4f":
        raise ValueError
    clean, at = bytearray(content), 2
    while at + 2 <= len(clean):
        (marker,) = struct.unpack_from(">H", clean, at)
        if marker == _END:
            return bytes(clean[: at + 2])
        (length,) = struct.unpack_from(">H", clean, at + 2)
        if marker == _TILE:
            at = _behind_tile(clean, at)
            continue
        _blank(clean, at, marker, length)
        at += 2 + length
    return bytes(clean)


def _blank(clean: bytearray, at: int, marker: int, length: int) -> None:
    """Turn a comment or unknown segment into a blank comment of the same length, so that offsets stay right."""
    if marker not in _MARKERS:
        clean[at : at + 2] = struct.pack(">H", _COMMENT)
        clean[at + 4 : at + 2 + length] = bytes(max(0, length - 2))


def _behind_tile(clean: bytearray, start: int) -> int:
    """Blank the comments of one tile-part; return the offset behind it."""
    (size,) = struct.unpack_from(">I", clean, start + 6)
    end, at = (start + size if size else len(clean)), start + 12
    while at + 4 <= end:
        marker, length = struct.unpack_from(">HH", clean, at)
        if marker == _DATA:
            break
        _blank(clean, at, marker, length)
        at += 2 + length
    return max(end, start + 12)
