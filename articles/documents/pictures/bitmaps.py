"""Bitmaps: keeps the pixels bit by bit, and removes metadata of cameras and programs.

JPEG, PNG, GIF and WebP are copied segment by segment. TIFF and BMP, which can hold data anywhere, are encoded anew.
"""

import io
import struct

from PIL import Image

from newsroom.pictures import deeptiffs, pixels

from . import gif, jpeg, png, webpends

MOST_PIXELS = 60_000_000
_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
_WEBP_FRAME = {b"VP8 ", b"VP8L", b"ALPH"}


def cleaned(content: bytes) -> bytes:
    """Return a bitmap without metadata, in the same format; raises ValueError for other formats."""
    if content.startswith(b"\xff\xd8"):
        return jpeg.cleaned(content)
    if content.startswith(png.SIGNATURE):
        return png.cleaned(content)
    if content.startswith((b"GIF87a", b"GIF89a")):
        return gif.cleaned(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return webp(content)
    if content.startswith((b"II*\0", b"MM\0*", b"BM")):
        return _encoded_anew(content)
    raise ValueError


def webp(content: bytes) -> bytes:
    """Return a WebP with only the chunks that hold pixels."""
    known = _WEBP_CHUNKS if content[12:16] == b"VP8X" else {b"VP8 ", b"VP8L"}
    body = b"WEBP" + _webp_chunks(content[12:], known)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes, known: set[bytes]) -> bytes:
    """Return the known chunks, each without reserved and surplus bytes."""
    kept, at = [], 0
    seen: set[bytes] = set()  # of pixels, alpha and heads a reader shows the first
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
        role = b"VP8 " if kind == b"VP8L" else kind
        if kind not in known or role in seen:
            continue
        if role != b"ANMF":
            seen.add(role)
        if kind == b"VP8X":
            is_animated = body[0] & 0b00000010
            known = known - ({b"VP8 ", b"VP8L", b"ALPH"} if is_animated else {b"ANIM", b"ANMF"})
            body = bytes([body[0] & 0b00010010]) + bytes(3) + body[4:10]  # only alpha and animation remain
        elif kind == b"ANIM":
            body = body[:6]
        elif kind == b"ANMF":  # a frame: its position, and chunks of its own
            body = body[:16] + _webp_chunks(body[16:], _WEBP_FRAME)
        elif role == b"VP8 ":
            body = webpends.ended(kind, body)
        kept.append(struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2))
    return b"".join(kept)


def _encoded_anew(content: bytes) -> bytes:
    """Return a TIFF or BMP with the same pixels; raises ValueError for one with too many."""
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
