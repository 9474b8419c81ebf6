"""PNG: keeps the chunks that determine the look, each once and without surplus bytes, and pixels up to the last row.

Frames of an animation go: no office program shows them.
"""

import struct
import zlib
from collections.abc import Iterator

from . import transparency

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LONGEST = {  # the largest valid size of a chunk in bytes; longer ones are dropped
    b"IHDR": 13, b"PLTE": 768, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"bKGD": 6, b"pHYs": 9,
    b"IEND": 0,
}  # fmt: skip
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the colour type
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
MOST = 400 * 1024 * 1024  # bytes of pixels, unpacked
STEP = 1024 * 1024  # bytes that are unpacked at once


def cleaned(content: bytes) -> bytes:
    """Return a PNG that looks the same; raises ValueError or struct.error for a damaged one."""
    kept, seen, at = [SIGNATURE], set(), len(SIGNATURE)
    packed: list[bytes] = []  # compressed pixels
    head = b""
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        at += 12 + length
        if at > len(content):
            raise ValueError
        if kind != b"IDAT" and packed:
            kept.append(_pixels(packed, head))
            packed = []
            seen.add(b"IDAT")
        if kind == b"IDAT" and head and kind not in seen:
            packed.append(body)
        elif length <= _LONGEST.get(kind, -1) and kind not in seen:
            if kind == b"PLTE" and head[9:10] != b"\3":
                continue  # only indexed colours need a palette
            seen.add(kind)
            if kind == b"IHDR":
                head = body
            kept.append(_chunk(kind, body))
        if kind == b"IEND":
            return _without_what_is_transparent(b"".join(kept), head)
    raise ValueError


def _without_what_is_transparent(content: bytes, head: bytes) -> bytes:
    """Return a PNG whose transparent pixels are empty."""
    redrawn = transparency.redrawn(content) if head[8:10] in {b"\x08\4", b"\x08\6"} else None
    if redrawn is None:
        return content
    pixels = {kind: body for kind, body in chunks(redrawn) if kind in {b"IHDR", b"IDAT"}}
    pixels[b"IDAT"] = b"".join(body for kind, body in chunks(redrawn) if kind == b"IDAT")
    rebuilt = (_chunk(kind, pixels.get(kind, body)) for kind, body in chunks(content))
    return SIGNATURE + b"".join(rebuilt)


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, content) of each chunk of a sound PNG."""
    at = len(SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        yield kind, content[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _pixels(packed: list[bytes], head: bytes) -> bytes:
    """Return the pixels of the picture in one chunk."""
    return _chunk(b"IDAT", _packed(b"".join(packed), _size(head, *struct.unpack_from(">II", head))))


def _size(head: bytes, width: int, height: int) -> int:
    """Return the number of bytes of all rows, each with its filter byte; raises ValueError for too many."""
    depth, colour, interlaced = head[8], head[9], head[12]
    bits = depth * _CHANNELS.get(colour, 4)
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    size = 0
    for left, top, wide, high in passes:
        columns, rows = -(-(width - left) // wide), -(-(height - top) // high)
        if columns > 0 and rows > 0:
            size += rows * (1 + -(-columns * bits // 8))
    if size > MOST:
        raise ValueError
    return size


def _packed(data: bytes, size: int) -> bytes:
    """Return compressed pixels without trailing bytes, compressed anew if they don't unpack to the expected size."""
    reader, made, rest = zlib.decompressobj(), 0, data
    try:
        while rest and not reader.eof and made <= size:
            made += len(reader.decompress(rest, STEP))
            rest = reader.unconsumed_tail
    except zlib.error:
        made = -1
    if made == size and reader.eof:
        return data[: len(data) - len(reader.unused_data)]
    return _anew(data, size)


def _anew(data: bytes, size: int) -> bytes:
    """Return the first bytes of compressed pixels, up to a size, compressed anew; raises ValueError."""
    reader, writer, made, left, rest = zlib.decompressobj(), zlib.compressobj(), [], size, data
    try:
        while rest and not reader.eof and left > 0:
            piece = reader.decompress(rest, min(STEP, left))
            made.append(writer.compress(piece))
            left, rest = left - len(piece), reader.unconsumed_tail
    except zlib.error as error:
        raise ValueError from error
    return b"".join(made) + writer.flush()
