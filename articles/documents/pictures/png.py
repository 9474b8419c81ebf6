"""PNG: the chunks that say how it looks, each once and as long as needed, and pixels that end with the last row."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LONGEST = {  # bytes that a chunk has at most; what is behind them says nothing about looks
    b"IHDR": 13, b"PLTE": 768, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"bKGD": 6, b"pHYs": 9,
    b"acTL": 8, b"fcTL": 26, b"IEND": 0,
}  # fmt: skip
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the kind of colour
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
MOST = 400 * 1024 * 1024  # bytes of pixels, unpacked
STEP = 1024 * 1024


def cleaned(content: bytes) -> bytes:
    """Return a PNG that shows the same; raises ValueError or struct.error where it is damaged."""
    kept, seen, at = [SIGNATURE], set(), len(SIGNATURE)
    packed: list[bytes] = []  # pixels of the picture or frame at hand
    head, frame = b"", (0, 0)
    before = b""
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        at += 12 + length
        if at > len(content):
            raise ValueError
        if kind not in {b"IDAT", b"fdAT"} and packed:
            kept.append(_pixels(before, packed, head, frame))
            packed = []
        if kind in {b"IDAT", b"fdAT"} and head:
            packed.append(body)
            before = kind
        elif (
            kind in _LONGEST
            and length <= _LONGEST[kind]
            and (kind == b"fcTL" or kind not in seen)
            and (
                kind != b"PLTE" or head[9:10] == b"\3"  # others have no use for a palette
            )
        ):
            seen.add(kind)
            head = body if kind == b"IHDR" else head
            frame = (
                struct.unpack_from(">II", body, 4 if kind == b"fcTL" else 0)
                if kind in {b"IHDR", b"fcTL"}
                else frame
            )
            kept.append(_chunk(kind, body))
        if kind == b"IEND":
            return b"".join(kept)
    raise ValueError


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _pixels(kind: bytes, packed: list[bytes], head: bytes, frame: tuple[int, int]) -> bytes:
    """Return the pixels of a picture or of a frame in one chunk."""
    number = packed[0][:4] if kind == b"fdAT" else b""
    data = b"".join(one[len(number) :] for one in packed)
    return _chunk(kind, number + _packed(data, _size(head, *frame)))


def _size(head: bytes, width: int, height: int) -> int:
    """Return how many bytes the rows take, each with the kind of its filter before it."""
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
    """Return packed bytes up to their end, packed anew where they hold more or less than the rows."""
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
    """Return so many bytes packed anew, as far as they are sound."""
    reader, writer, made, left, rest = zlib.decompressobj(), zlib.compressobj(), [], size, data
    try:
        while rest and not reader.eof and left > 0:
            piece = reader.decompress(rest, min(STEP, left))
            made.append(writer.compress(piece))
            left, rest = left - len(piece), reader.unconsumed_tail
    except zlib.error as error:
        raise ValueError from error
    return b"".join(made) + writer.flush()
