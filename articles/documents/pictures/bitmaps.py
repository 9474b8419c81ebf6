"""Pictures inside documents: their pixels stay bit by bit, everything else that cameras and programs wrote goes.

JPEG, PNG, GIF and WebP are taken apart and put together again without it. What has no such simple
order (TIFF, BMP) is drawn anew.
"""

import io
import struct

from PIL import Image

from newsroom import deeptiffs, pixels

MOST_PIXELS = 60_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
_LONGEST_OF_PNG = {  # bytes that a chunk has at most; what is behind them says nothing about looks
    b"IHDR": 13, b"PLTE": 768, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"bKGD": 6, b"pHYs": 9,
    b"acTL": 8, b"fcTL": 26, b"IEND": 0,
}  # fmt: skip
_JPEG_SEGMENTS = {*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD} - {0xC8}  # tables, frames and scans
_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
_WEBP_FRAME = {b"VP8 ", b"VP8L", b"ALPH"}


def cleaned(content: bytes) -> bytes:
    """Return a picture of pixels without metadata, in the same format; raises ValueError for other kinds."""
    if content.startswith(b"\xff\xd8"):
        return jpeg(content)
    if content.startswith(_PNG):
        return png(content)
    if content.startswith((b"GIF87a", b"GIF89a")):
        return gif(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return webp(content)
    if content.startswith((b"II*\0", b"MM\0*", b"BM")):
        return _drawn_anew(content)
    raise ValueError


def jpeg(content: bytes) -> bytes:
    """Return a JPEG without EXIF, XMP, IPTC, comments, profiles, or anything behind its end."""
    kept, at = [b"\xff\xd8"], 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1  # fill bytes
        marker = content[at + 1]
        if content[at] != 0xFF:
            raise ValueError
        if marker == 0xD9:
            return b"".join([*kept, b"\xff\xd9"])
        (length,) = struct.unpack_from(">H", content, at + 2)
        segment = content[at : at + 2 + length]
        at += 2 + length
        if marker == 0xE0 and segment[4:9] == b"JFIF\0":
            kept.append(b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00")  # its thumbnail goes
        elif marker == 0xEE and segment[4:9] == b"Adobe":
            kept.append(b"\xff\xee\x00\x0e" + segment[4:16])
        elif marker in _JPEG_SEGMENTS:
            kept.append(segment)
        if marker == 0xDA:
            end = _end_of_scan(content, at)
            kept.append(content[at:end])
            at = end
            if at >= len(content):  # cut off: viewers show what there is
                return b"".join([*kept, b"\xff\xd9"])


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the marker stands that follows the pixels."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return len(content)
        following = content[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        else:
            return at


def png(content: bytes) -> bytes:
    """Return a PNG with the chunks that say how it looks, and no others."""
    kept, at = [_PNG], len(_PNG)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise ValueError
        if kind in _PNG_CHUNKS and length <= _LONGEST_OF_PNG.get(kind, length):
            kept.append(content[at:end])
        at = end
        if kind == b"IEND":
            return b"".join(kept)
    raise ValueError


def gif(content: bytes) -> bytes:
    """Return a GIF without comments and without what programs added."""
    flags = content[10]
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    kept = [content[:at]]
    while True:
        start, kind = at, content[at]
        if kind == 0x3B:
            return b"".join([*kept, b";"])
        if kind == 0x2C:
            packed = content[at + 9]
            at = _end_of_blocks(content, at + 11 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0))
            kept.append(content[start:at])
        elif kind == 0x21:
            label = content[at + 1]
            at = _end_of_blocks(content, at + 2)
            if label == 0xF9:
                kept.append(content[start : start + 7] + b"\0")
            elif content[start + 3 : start + 14] == b"NETSCAPE2.0":  # how often it plays
                kept.append(content[start : start + 18] + b"\0")
        else:
            raise ValueError


def _end_of_blocks(content: bytes, at: int) -> int:
    while content[at]:
        at += content[at] + 1
    return at + 1


def webp(content: bytes) -> bytes:
    """Return a WebP with the chunks that hold pixels, and no others."""
    body = b"WEBP" + _webp_chunks(content[12:], _WEBP_CHUNKS)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes, known: set[bytes]) -> bytes:
    """Return the known ones of chunks, each without what no reader looks at."""
    kept, at = [], 0
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
        if kind not in known:
            continue
        if kind == b"VP8X":
            body = bytes([body[0] & 0b00010010]) + bytes(3) + body[4:10]  # only alpha and animation remain
        elif kind == b"ANIM":
            body = body[:6]
        elif kind == b"ANMF":  # a frame: where it stands, and chunks of its own
            body = body[:16] + _webp_chunks(body[16:], _WEBP_FRAME)
        kept.append(struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2))
    return b"".join(kept)


def _drawn_anew(content: bytes) -> bytes:
    deep = deeptiffs.opened(io.BytesIO(content), MOST_PIXELS)
    with deep or Image.open(io.BytesIO(content), formats=("TIFF", "BMP")) as source:
        if source.width * source.height > MOST_PIXELS:
            raise ValueError
        kind = source.format or "TIFF"
        if source.mode.startswith("I") or source.mode == "F":
            source = pixels.shrunk(source, source.size)
        image = source.convert("RGBA" if "A" in source.mode or "transparency" in source.info else "RGB")
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    buffer = io.BytesIO()
    if kind == "TIFF":
        bare.save(buffer, "TIFF", compression="tiff_deflate")
    else:
        bare.convert("RGB").save(buffer, "BMP")
    return buffer.getvalue()
