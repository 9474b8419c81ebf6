"""Pictures inside a PDF: JPEG and JPEG 2000 carry what the camera wrote, all others are bare pixels."""

import struct

import pikepdf

from . import embedded

_SIGNATURE = b"\0\0\0\x0cjP  "
_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}


def strip(stream):
    """Take everything but the pixels out of a picture of a PDF."""
    filters = stream.get("/Filter")
    names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(one) for one in filters or []]
    if not names or names[-1] not in {"/DCTDecode", "/JPXDecode"}:
        return
    if len(names) > 1:  # packed once more
        content = stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.generalized)
        settings = stream.get("/DecodeParms")
        settings = (
            settings[-1] if isinstance(settings, pikepdf.Array) and len(settings) == len(names) else None
        )
    else:
        content = stream.read_raw_bytes()
        settings = stream.get("/DecodeParms")
    clean = (embedded.jpeg if names[-1] == "/DCTDecode" else jpeg2000)(content)
    if isinstance(settings, pikepdf.Dictionary):
        stream.write(clean, filter=pikepdf.Name(names[-1]), decode_parms=settings)
    else:
        stream.write(clean, filter=pikepdf.Name(names[-1]))


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
