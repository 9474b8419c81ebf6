"""ICC profiles: the numbers that turn colours into colours, without names, dates, devices and makers."""

import struct

_TAGS = {
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"A2B0", b"A2B1",
    b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"D2B0", b"D2B1", b"D2B2", b"B2D0", b"B2D1", b"B2D2", b"gamt", b"pre0", b"pre1",
    b"pre2", b"cicp",
}  # fmt: skip
_TYPES = {b"XYZ ", b"curv", b"para", b"mft1", b"mft2", b"mAB ", b"mBA ", b"sf32", b"cicp", b"mpet"}
_DESCRIPTION = b"desc" + bytes(4) + struct.pack(">I", 8) + b"Colours\0" + bytes(4 + 4 + 2 + 1 + 67)
_RIGHTS = b"text" + bytes(4) + b"None\0"
HEADER = 128


def cleaned(profile: bytes) -> bytes:
    """Return a profile that gives the same colours; raises ValueError."""
    if len(profile) < HEADER + 4 or profile[36:40] != b"acsp":
        raise ValueError
    (count,) = struct.unpack_from(">I", profile, HEADER)
    if count > 100 or len(profile) < HEADER + 4 + 12 * count:
        raise ValueError
    kept = {b"desc": _DESCRIPTION, b"cprt": _RIGHTS}
    for number in range(count):
        tag, offset, length = struct.unpack_from(">4sII", profile, HEADER + 4 + 12 * number)
        content = profile[offset : offset + length]
        if tag in _TAGS and len(content) == length and content[:4] in _TYPES:
            kept[tag] = content
    clean = bytearray(_header(profile) + _written(kept))
    struct.pack_into(">I", clean, 0, len(clean))
    return bytes(clean)


def _header(profile: bytes) -> bytes:
    """Return the header with what tells colours, and without its size."""
    header = bytearray(HEADER)
    for start, end in ((8, 24), (36, 40), (64, 80)):  # version, class and spaces; signature; intent and white
        header[start:end] = profile[start:end]
    struct.pack_into(">6H", header, 24, 2000, 1, 1, 0, 0, 0)
    return bytes(header)


def _written(tags: dict[bytes, bytes]) -> bytes:
    """Return the table of the tags and what they hold, each once."""
    at = HEADER + 4 + 12 * len(tags)
    table, bodies, places = struct.pack(">I", len(tags)), b"", {}
    for tag, content in tags.items():
        if content not in places:
            places[content] = at + len(bodies)
            bodies += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", tag, places[content], len(content))
    return table + bodies
