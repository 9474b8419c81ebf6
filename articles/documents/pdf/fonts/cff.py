"""Compact Font Format (Adobe Technical Note 5176): overwrites names and unused strings, so that offsets stay right."""

import itertools
import struct

STANDARD_STRINGS = 391
_ROS, _CHARSET, _CHARSTRINGS = 0x0C1E, 15, 17
_BLANK = b"x"


def cleaned(data: bytes) -> tuple[bytes, bool]:
    """Return a font without names and notices, and whether it is CID-keyed; raises ValueError or struct.error."""
    clean = bytearray(data)
    names, at = _index(data, data[2])
    tops, at = _index(data, at)
    strings, _at = _index(data, at)
    for start, end in names:
        clean[start:end] = b"F" * (end - start)
    kept: set[int] = set()
    is_cid = False
    for start, end in tops:
        top = _operators(data[start:end])
        is_cid = is_cid or _ROS in top
        kept |= set(top[_ROS][:2]) if _ROS in top else _letters(data, top)
    for number, (start, end) in enumerate(strings, STANDARD_STRINGS):
        if number not in kept:
            clean[start:end] = _BLANK * (end - start)
    return bytes(clean), is_cid


def _index(data: bytes, at: int) -> tuple[list[tuple[int, int]], int]:
    """Return the offsets of the items of an index, and the offset behind it; raises ValueError."""
    (count,) = struct.unpack_from(">H", data, at)
    if count == 0:
        return [], at + 2
    size = data[at + 2]
    if not 1 <= size <= 4:
        raise ValueError
    table = at + 3
    base = table + (count + 1) * size - 1
    places = [int.from_bytes(data[table + size * one : table + size * (one + 1)]) for one in range(count + 1)]
    if places != sorted(places) or base + places[-1] > len(data):
        raise ValueError
    return [(base + start, base + end) for start, end in itertools.pairwise(places)], base + places[-1]


def _operators(data: bytes) -> dict[int, list[int]]:
    """Return {operator: operands} of a DICT; real numbers count as 0."""
    found: dict[int, list[int]] = {}
    operands: list[int] = []
    at = 0
    while at < len(data):
        first = data[at]
        at += 1
        if first <= 21:
            if first == 12:
                first = 0x0C00 | data[at]
                at += 1
            found[first], operands = operands, []
        elif first == 28:
            operands.append(int.from_bytes(data[at : at + 2], signed=True))
            at += 2
        elif first == 29:
            operands.append(int.from_bytes(data[at : at + 4], signed=True))
            at += 4
        elif first == 30:
            while data[at] & 0x0F != 0x0F and data[at] >> 4 != 0x0F:
                at += 1
            at += 1
            operands.append(0)
        elif first <= 246:
            operands.append(first - 139)
        elif first <= 254:
            second = data[at]
            at += 1
            operands.append(
                (first - 247) * 256 + second + 108 if first <= 250 else -(first - 251) * 256 - second - 108
            )
    return found


def _letters(data: bytes, top: dict[int, list[int]]) -> set[int]:
    """Return the numbers of the strings that are names of glyphs."""
    (at,) = top.get(_CHARSET, [0])[-1:] or [0]
    if at <= 2:
        return set()  # a predefined charset
    letters, _end = _index(data, top[_CHARSTRINGS][-1])
    left, kind = len(letters) - 1, data[at]
    at += 1
    kept: set[int] = set()
    while left > 0:
        (first,) = struct.unpack_from(">H", data, at)
        more = 0 if kind == 0 else data[at + 2] if kind == 1 else int.from_bytes(data[at + 2 : at + 4])
        at += 2 + kind
        kept.update(range(first, first + more + 1))
        left -= more + 1
    return kept
