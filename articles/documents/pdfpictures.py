"""Pictures inside a PDF: JPEG and JPEG 2000 carry what the camera wrote, all others are bare pixels."""

import struct

import pikepdf

from .pictures import bitmaps

_CARRIERS = {pikepdf.Name.DCTDecode, pikepdf.Name.JPXDecode}
_SIGNATURE = b"\0\0\0\x0cjP  "
_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}


def strip(document, stream):
    """Take everything but the pixels out of a picture of a PDF."""
    filters = stream.get("/Filter")
    names = [filters] if isinstance(filters, pikepdf.Name) else list(filters or [])
    if not names or names[-1] not in _CARRIERS:
        return
    settings = stream.get("/DecodeParms")
    settings = list(settings) if isinstance(settings, pikepdf.Array) else [settings]
    settings += [None] * (len(names) - len(settings))
    content = stream.read_raw_bytes()
    if len(names) > 1:  # packed once more
        outer = document.make_stream(b"")
        parameters = [
            one if isinstance(one, pikepdf.Dictionary) else pikepdf.Dictionary() for one in settings
        ]
        outer.write(content, filter=pikepdf.Array(names[:-1]), decode_parms=pikepdf.Array(parameters[:-1]))
        content = outer.read_bytes(decode_level=pikepdf.StreamDecodeLevel.generalized)
    clean = (bitmaps.jpeg if names[-1] == pikepdf.Name.DCTDecode else jpeg2000)(content)
    last = settings[len(names) - 1]
    stream.write(clean, filter=names[-1], decode_parms=last if isinstance(last, pikepdf.Dictionary) else None)


def jpeg2000(content):
    """Return a JPEG 2000 file with the boxes that hold pixels and colours, and no others."""
    if not content.startswith(_SIGNATURE):
        return content  # a bare code stream
    kept, at = [], 0
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, at + 8)
        elif length == 0:
            length = len(content) - at
        if length < 8:
            raise ValueError
        if kind in _BOXES:
            kept.append(content[at : at + length])
        at += length
    return b"".join(kept)
