"""ICC profiles (ICC.1:2022): keeps the numbers that convert colours, without names, dates, devices and makers.

Each tag is cut to the length of its numbers. Types with offsets (lutAToB, lutBToA) are laid out anew. Multi-process
elements (mpet) are dropped: profiles that have them hold the same conversion in another type, too.
"""

import struct
from collections.abc import Callable
from math import prod

_TAGS = {
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"A2B0", b"A2B1",
    b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt", b"pre0", b"pre1", b"pre2", b"cicp",
}  # fmt: skip
_DESCRIPTION = b"desc" + bytes(4) + struct.pack(">I", 8) + b"Colours\0" + bytes(4 + 4 + 2 + 1 + 67)
_RIGHTS = b"text" + bytes(4) + b"None\0"
HEADER = 128
_PARAMETERS = (1, 3, 4, 5, 7)  # number of parameters by the function type of a parametric curve
MOST_CHANNELS = 15


def cleaned(profile: bytes) -> bytes:
    """Return a profile that gives the same colours; raises ValueError for a damaged one."""
    if len(profile) < HEADER + 4 or profile[36:40] != b"acsp":
        raise ValueError
    (count,) = struct.unpack_from(">I", profile, HEADER)
    if count > 100 or len(profile) < HEADER + 4 + 12 * count:
        raise ValueError
    kept = {b"desc": _DESCRIPTION, b"cprt": _RIGHTS}
    for number in range(count):
        tag, offset, length = struct.unpack_from(">4sII", profile, HEADER + 4 + 12 * number)
        content = profile[offset : offset + length]
        rule = _RULES.get(content[:4])
        if tag in _TAGS and tag not in kept and len(content) == length and rule is not None:
            try:
                kept[tag] = content[:4] + bytes(4) + rule(content)
            except (struct.error, IndexError) as error:
                raise ValueError from error
    clean = bytearray(_header(profile) + _written(kept))
    struct.pack_into(">I", clean, 0, len(clean))
    return bytes(clean)


def _piece(content: bytes, at: int, length: int) -> bytes:
    """Return length bytes from an offset; raises ValueError where there are fewer."""
    found = content[at : at + length]
    if len(found) < length:
        raise ValueError
    return found


def _curve(content: bytes, at: int = 0) -> bytes:
    """Return the content of a curve behind its type; raises ValueError."""
    if content[at : at + 4] == b"curv":
        (count,) = struct.unpack_from(">I", content, at + 8)
        return _piece(content, at + 8, 4 + 2 * count)
    if content[at : at + 4] == b"para":
        (function,) = struct.unpack_from(">H", content, at + 8)
        return struct.pack(">HH", function, 0) + _piece(content, at + 12, 4 * _PARAMETERS[function])
    raise ValueError


def _table(content: bytes, size: int) -> bytes:
    """Return the content of a lut8 or lut16 behind its type; size is that of a number in bytes."""
    inputs, outputs, points = content[8], content[9], content[10]
    first = last = 256
    head = bytes([inputs, outputs, points, 0]) + _piece(content, 12, 36)
    at = 48
    if size == 2:
        first, last = struct.unpack_from(">HH", content, 48)
        head, at = head + content[48:52], 52
    if not 0 < inputs <= MOST_CHANNELS or not 0 < outputs <= MOST_CHANNELS:
        raise ValueError
    numbers = inputs * first + points**inputs * outputs + outputs * last
    return head + _piece(content, at, numbers * size)


def _pieces(content: bytes) -> bytes:
    """Return the content of a lutAToB or lutBToA behind its type, with its curves, matrix and table laid out anew."""
    inputs, outputs = content[8], content[9]
    b_at, matrix_at, m_at, table_at, a_at = struct.unpack_from(">5I", content, 12)
    is_forward = content[:4] == b"mAB "
    near, far = (outputs, inputs) if is_forward else (inputs, outputs)  # numbers of B curves and of A curves
    if not 0 < inputs <= MOST_CHANNELS or not 0 < outputs <= MOST_CHANNELS:
        raise ValueError
    parts = [
        _curves(content, b_at, near), _piece(content, matrix_at, 48) if matrix_at else b"", _curves(content, m_at, near),
        _grid(content, table_at, inputs, outputs) if table_at else b"", _curves(content, a_at, far),
    ]  # fmt: skip
    places, at = [], 32
    for part in parts:
        places.append(at if part else 0)
        at += len(part)
    return bytes([inputs, outputs, 0, 0]) + struct.pack(">5I", *places) + b"".join(parts)


def _curves(content: bytes, at: int, count: int) -> bytes:
    """Return count curves, each with its type and padded to four bytes; at is 0 where there are none."""
    made = b""
    for _each in range(count if at else 0):
        body = _curve(content, at)
        length = 8 + len(body)
        made += content[at : at + 4] + bytes(4) + body + bytes(-length % 4)
        at += length + -length % 4
    return made


def _grid(content: bytes, at: int, inputs: int, outputs: int) -> bytes:
    """Return a colour lookup table with its numbers of grid points; raises ValueError."""
    points, size = content[at : at + inputs], content[at + 16]
    if size not in {1, 2} or 0 in points:
        raise ValueError
    length = prod(points) * outputs * size
    return (
        points
        + bytes(16 - inputs)
        + bytes([size, 0, 0, 0])
        + _piece(content, at + 20, length)
        + bytes(-length % 4)
    )


_RULES: dict[bytes, Callable[[bytes], bytes]] = {
    b"XYZ ": lambda content: _piece(content, 8, 12),
    b"sf32": lambda content: _piece(content, 8, 36),
    b"cicp": lambda content: _piece(content, 8, 4),
    b"curv": _curve,
    b"para": _curve,
    b"mft1": lambda content: _table(content, 1),
    b"mft2": lambda content: _table(content, 2),
    b"mAB ": _pieces,
    b"mBA ": _pieces,
}


def _header(profile: bytes) -> bytes:
    """Return the header without size, date, platform, device and creator."""
    header = bytearray(HEADER)
    # version; class and colour spaces; signature; rendering intent and illuminant
    for start, end in ((8, 10), (12, 24), (36, 40), (64, 80)):
        header[start:end] = profile[start:end]
    struct.pack_into(">6H", header, 24, 2000, 1, 1, 0, 0, 0)
    return bytes(header)


def _written(tags: dict[bytes, bytes]) -> bytes:
    """Return the tag table and the content of the tags; equal content is stored once."""
    at = HEADER + 4 + 12 * len(tags)
    table, bodies, places = struct.pack(">I", len(tags)), b"", {}
    for tag, content in tags.items():
        if content not in places:
            places[content] = at + len(bodies)
            bodies += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", tag, places[content], len(content))
    return table + bodies
