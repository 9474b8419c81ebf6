"""JBIG2 as a PDF holds it: the segments that draw, without comments and other extensions."""

import struct

_DRAWS = {
    0, 4, 6, 7, 16, 20, 22, 23, 36, 38, 39, 40, 42, 43, 48, 49, 50, 51, 53,
}  # fmt: skip
UNKNOWN = 0xFFFFFFFF  # length of a region that ends where its data say


def cleaned(content: bytes) -> bytes:
    """Return the segments of known kinds; raises ValueError or struct.error where they are damaged."""
    kept, at = [], 0
    while at + 11 <= len(content):
        kind, start, length = _header(content, at)
        end = len(content) if length == UNKNOWN else start + length
        if kind in _DRAWS:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _header(content: bytes, at: int) -> tuple[int, int, int]:
    """Return the kind of a segment, where its data begin, and their length."""
    number, flags, counted = struct.unpack_from(">IBB", content, at)
    here = at + 5
    count = counted >> 5
    if count == 7:
        (count,) = struct.unpack_from(">I", content, here)
        count &= 0x1FFFFFFF
        here += 4 + (count + 8) // 8
    else:
        here += 1
    here += count * (1 if number <= 256 else 2 if number <= 65536 else 4)
    here += 4 if flags & 0x40 else 1
    (length,) = struct.unpack_from(">I", content, here)
    return flags & 0x3F, here + 4, length
