"""JBIG2 as a PDF holds it: the segments that draw, and what they draw with, each no longer than its kind allows.

Where codes end without a mark only a reader of all pixels could tell what lies behind them: that stays.
"""

import struct
from dataclasses import dataclass, replace

_SYMBOLS, _PATTERNS, _PAGE, _PAGE_END, _STRIPE_END, _TABLE = 0, 16, 48, 49, 50, 53
_TEXT, _HALFTONE, _GENERIC, _REFINED = {4, 6, 7}, {20, 22, 23}, {36, 38, 39}, {40, 42, 43}
_DRAWN = {6, 7, 22, 23, 38, 39, 42, 43}  # regions that are put on the page at once
_HELPING = {_SYMBOLS, _PATTERNS, _TABLE, 4, 20, 36, 40}  # what others are made of
_LENGTHS = {_PAGE: 19, _PAGE_END: 0, _STRIPE_END: 4}
UNKNOWN = 0xFFFFFFFF  # length of a region that ends where its data say
_PLACE = 17  # bytes of where a region lies and how large it is
_MARK = b"\xff\xac"  # ends codes


@dataclass(frozen=True)
class _Segment:
    number: int
    kind: int
    flags: int
    others: tuple[int, ...]  # numbers of those that it needs
    page: int
    data: bytes
    is_open: bool  # whether its length is not told

    def written(self) -> bytes:
        count = len(self.others)
        size = 1 if self.number <= 256 else 2 if self.number <= 65536 else 4
        counted = (
            bytes([count << 5]) if count < 5 else struct.pack(">I", 7 << 29 | count) + bytes((count + 8) // 8)
        )
        others = b"".join(one.to_bytes(size) for one in self.others)
        page = struct.pack(">I", self.page) if self.flags & 0x40 else bytes([self.page])
        length = UNKNOWN if self.is_open else len(self.data)
        head = struct.pack(">IB", self.number, self.flags & 0x40 | self.kind) + counted + others + page
        return head + struct.pack(">I", length) + self.data


def cleaned(content: bytes, shared: bytes = b"") -> tuple[bytes, bytes]:
    """Return the segments of a picture, and of what it shares with others; raises ValueError or struct.error."""
    page, common = _segments(content), _segments(shared)
    known = {one.number: one for one in [*common, *page] if one.kind in _HELPING}
    needed: set[int] = set()
    waiting = [one for one in page if one.kind in _DRAWN]
    while waiting:
        for number in waiting.pop().others:
            if number in known and number not in needed:
                needed.add(number)
                waiting.append(known[number])
    made = [
        b"".join(
            _bare(one).written()
            for one in listed
            if one.kind in _DRAWN | _LENGTHS.keys() or one.number in needed
        )
        for listed in (page, common)
    ]
    return made[0], made[1]


def _segments(content: bytes) -> list[_Segment]:
    found, at = [], 0
    while at + 11 <= len(content):
        one, at = _segment(content, at)
        found.append(one)
    return found


def _segment(content: bytes, at: int) -> tuple[_Segment, int]:
    """Return the segment that begins at a place, and where it ends."""
    number, flags, counted = struct.unpack_from(">IBB", content, at)
    here = at + 5
    count = counted >> 5
    if count == 7:
        (count,) = struct.unpack_from(">I", content, here)
        count &= 0x1FFFFFFF
        here += 4 + (count + 8) // 8
    else:
        here += 1
    size = 1 if number <= 256 else 2 if number <= 65536 else 4
    if count * size > len(content):
        raise ValueError
    others = tuple(
        int.from_bytes(content[here + size * one : here + size * (one + 1)]) for one in range(count)
    )
    here += count * size
    page_size = 4 if flags & 0x40 else 1
    page = int.from_bytes(content[here : here + page_size])
    here += page_size
    (length,) = struct.unpack_from(">I", content, here)
    start, is_open = here + 4, length == UNKNOWN
    end = _open_end(content, start) if is_open else start + length
    return _Segment(number, flags & 0x3F, flags, others, page, content[start:end], is_open), end


def _open_end(content: bytes, start: int) -> int:
    """Return where a region ends whose codes tell it: behind their mark and the number of its rows."""
    is_fax = bool(content[start + _PLACE] & 1)
    end = content.find(b"\0\0" if is_fax else _MARK, start + _PLACE + 1)
    return len(content) if end < 0 else end + 6


def _bare(one: _Segment) -> _Segment:
    """Return a segment without what its kind has no place for."""
    data = one.data
    if one.kind in _LENGTHS:
        data = data[: _LENGTHS[one.kind]]
        if one.kind == _PAGE:
            data = data[:8] + bytes(8) + data[16:]  # how many dots a metre has
    elif not one.is_open:
        start = _beginning_of_codes(one.kind, data)
        if start:
            data = data[:start] + _up_to_mark(data[start:])
    return replace(one, data=data)


def _beginning_of_codes(kind: int, data: bytes) -> int:
    """Return where arithmetic codes begin, or 0 where a segment has others."""
    if kind == _SYMBOLS:
        flags = int.from_bytes(data[:2])
        points = (4 if flags & 2 and not flags & 0x1000 else 0) + (2 if flags >> 10 & 3 else 8)
        return 0 if flags & 1 else 10 + points
    if kind == _PATTERNS:
        return 0 if data[0] & 1 else 7
    if kind == _TABLE:
        return 0
    flags = data[_PLACE]
    if kind in _TEXT:
        flags = int.from_bytes(data[_PLACE : _PLACE + 2])
        return 0 if flags & 1 else _PLACE + 6 + (4 if flags & 2 and not flags & 0x8000 else 0)
    if kind in _REFINED:
        return _PLACE + (1 if flags & 1 else 5)
    if flags & 1:
        return 0
    if kind in _HALFTONE:
        return _PLACE + 21
    return _PLACE + 1 + (2 if flags >> 1 & 3 else 24 if flags & 0x10 else 8)


def _up_to_mark(codes: bytes) -> bytes:
    """Return arithmetic codes up to the first mark: no reader goes on behind it."""
    at = codes.find(b"\xff")
    while 0 <= at < len(codes) - 1:
        if codes[at + 1] > 0x8F:
            return codes[:at] + _MARK
        at = codes.find(b"\xff", at + 1)
    return codes
