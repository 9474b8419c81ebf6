"""Embedded font programs: keeps the tables that draw glyphs, without names, notices, dates and licences."""

import struct
from dataclasses import dataclass, field

from . import cff, type1
from .encodings import is_known

_TABLES = {
    b"glyf", b"loca", b"head", b"hhea", b"hmtx", b"maxp", b"cvt ", b"fpgm", b"prep", b"cmap", b"post", b"OS/2",
    b"CFF ", b"vhea", b"vmtx", b"VORG", b"gasp",
}  # fmt: skip
_SFNT = (b"\0\1\0\0", b"true", b"OTTO")
_EPOCH = bytes(16)  # in place of the times of creation and modification


@dataclass
class Program:
    """A clean font program: its bytes, the keys of its stream, and bytes with the names of its glyphs."""

    data: bytes
    lengths: dict[str, int] = field(default_factory=dict)
    subtype: str = ""
    letters: bytes = b""


def cleaned(data: bytes, key: str) -> Program:
    """Return a clean font program, detected by its content; key is that of the font descriptor. Raises ValueError."""
    if data[:4] in _SFNT:
        clean = sfnt(data)
        is_cff = data[:4] == b"OTTO"
        return Program(
            clean,
            {} if is_cff else {"/Length1": len(clean)},
            "/OpenType" if key == "/FontFile3" else "",
            clean,
        )
    if data[:1] == b"\1" and key == "/FontFile3":
        clean, is_cid = cff.cleaned(data)
        return Program(clean, subtype="/CIDFontType0C" if is_cid else "/Type1C", letters=clean)
    if key == "/FontFile":
        clean, lengths, letters = type1.cleaned(data)
        return Program(
            clean, {f"/Length{at}": length for at, length in enumerate(lengths, 1)}, letters=letters
        )
    raise ValueError


def sfnt(data: bytes) -> bytes:
    """Return a TrueType or OpenType font with its known tables; raises ValueError or struct.error."""
    (count,) = struct.unpack_from(">H", data, 4)
    tables: dict[bytes, bytes] = {}
    for number in range(count):
        tag, _sum, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        if tag in _TABLES and tag not in tables:
            tables[tag] = _table(tag, data[offset : offset + length])
    if b"head" not in tables and b"CFF " not in tables:
        raise ValueError
    return _written(data[:4], tables)


def _table(tag: bytes, content: bytes) -> bytes:
    if tag == b"CFF ":
        return cff.cleaned(content)[0]
    if tag == b"head" and len(content) >= 54:
        return content[:4] + bytes(4) + bytes(4) + content[12:20] + _EPOCH + content[36:54]
    if tag == b"post" and content[:4] == b"\0\2\0\0":
        return _names(content)
    if tag == b"OS/2" and len(content) >= 62:
        return content[:58] + b"NONE" + content[62:100]
    return content


def _names(table: bytes) -> bytes:
    """Return a post table whose unknown glyph names are overwritten, so that the others keep their numbers."""
    (count,) = struct.unpack_from(">H", table, 32)
    clean, at = bytearray(table), 34 + 2 * count
    while at < len(clean):
        start, at = at + 1, at + 1 + clean[at]
        if not is_known(b"/" + bytes(clean[start:at])):
            clean[start:at] = b"x" * len(clean[start:at])
    return bytes(clean)


def _written(version: bytes, tables: dict[bytes, bytes]) -> bytes:
    """Return a font file with these tables and their checksums."""
    count = len(tables)
    power = count.bit_length() - 1
    head = version + struct.pack(">HHHH", count, 16 << power, power, (count << 4) - (16 << power))
    at = 12 + 16 * count
    directory, body = b"", b""
    for tag in sorted(tables):
        content = tables[tag]
        padded = content + bytes(-len(content) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, total, at + len(body), len(content))
        body += padded
    return head + directory + body
