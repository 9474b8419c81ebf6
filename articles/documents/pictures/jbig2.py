"""JBIG2 (ITU-T T.88) in PDF: keeps the segments that draw and those they need, each without surplus bytes.

Bytes behind codes that end without a marker stay: only a full decoder could find the end of such codes.
"""

import struct
from dataclasses import dataclass, replace

_SYMBOLS, _PATTERNS, _PAGE, _PAGE_END, _STRIPE_END, _TABLE = 0, 16, 48, 49, 50, 53
_TEXT, _HALFTONE, _GENERIC, _REFINED = {4, 6, 7}, {20, 22, 23}, {36, 38, 39}, {40, 42, 43}
_DRAWN = {6, 7, 22, 23, 38, 39, 42, 43}  # immediate regions, which are drawn on the page
_HELPING = {_SYMBOLS, _PATTERNS, _TABLE, 4, 20, 36, 40}  # dictionaries and intermediate regions
_LENGTHS = {_PAGE: 19, _PAGE_END: 0, _STRIPE_END: 4}
UNKNOWN = 0xFFFFFFFF  # in place of the length of a region whose end its data mark
_PLACE = 17  # bytes of the position and size of a region
_MARK = b"\xff\xac"  # end of arithmetic codes


@dataclass(frozen=True)
class _Segment:
    """One segment; its data are what follows its header."""

    number: int
    kind: int
    flags: int
    others: tuple[int, ...]  # numbers of the segments that it refers to
    page: int
    data: bytes
    is_open: bool  # whether its length is unknown

    def written(self) -> bytes:
        """Return the bytes of the segment."""
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
    """Return the clean segments of a picture, and those that it shares with others.

    Raises ValueError or struct.error for damaged ones.
    """
    page, common = _of_one_page(_segments(content)), _segments(shared)
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


def _of_one_page(segments: list[_Segment]) -> list[_Segment]:
    """Return the segments of the first page: a PDF shows no other."""
    pages = [one for one in segments if one.kind == _PAGE]
    return [
        one
        for one in segments
        if not pages or (one.page in {0, pages[0].page} and (one.kind != _PAGE or one is pages[0]))
    ]


def _segments(content: bytes) -> list[_Segment]:
    found, at = [], 0
    while at + 11 <= len(content):
        one, at = _segment(content, at)
        found.append(one)
    return found


def _segment(content: bytes, at: int) -> tuple[_Segment, int]:
    """Return the segment at an offset, and the offset behind it."""
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
    """Return the offset behind a region of unknown length: it ends with a marker and the number of its rows."""
    is_fax = bool(content[start + _PLACE] & 1)
    end = content.find(b"\0\0" if is_fax else _MARK, start + _PLACE + 1)
    return len(content) if end < 0 else end + 6


def _bare(one: _Segment) -> _Segment:
    """Return a segment without surplus bytes."""
    data = one.data
    if one.kind in _LENGTHS:
        data = data[: _LENGTHS[one.kind]]
        if one.kind == _PAGE:
            data = data[:8] + bytes(8) + data[16:]  # without the resolution
    elif not one.is_open:
        start = _beginning_of_codes(one.kind, data)
        if start:
            data = data[:start] + _up_to_mark(data[start:])
    return replace(one, data=data)


def _beginning_of_codes(kind: int, data: bytes) -> int:
    """Return the offset of arithmetic codes, or 0 for a segment with other codes."""
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
    """Return arithmetic codes up to the first marker, where every decoder stops."""
    at = codes.find(b"\xff")
    while 0 <= at < len(codes) - 1:
        if codes[at + 1] > 0x8F:
            return codes[:at] + _MARK
        at = codes.find(b"\xff", at + 1)
    return codes
