"""JPEG: keeps the tables, the frame and the scans that show the picture, without surplus bytes, and nothing else."""

import struct

from . import scans

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_CODES, _TABLES, _CONDITIONS, _RESTARTS, _LINES, _SCAN = 0xC4, 0xDB, 0xCC, 0xDD, 0xDC, 0xDA

# Pixels times scans of a progressive picture, up to which the ends of its scans are looked for: each look unpacks all.
MOST_OF_PROGRESSIVE = 30_000_000

type Table = tuple[int, int]  # its marker, and the byte with its class and number


def cleaned(content: bytes) -> bytes:
    """Return a JPEG without EXIF, XMP, IPTC, comments, profiles, thumbnails, unused tables and trailing bytes.

    Raises ValueError, IndexError or struct.error for a damaged one.
    """
    return _Cleaner().cleaned(content)


class _Cleaner:
    """Cleans one JPEG; tables are written once a scan needs them."""

    def __init__(self) -> None:
        self.kept: list[bytes] = [_START]
        self.tables: dict[Table, bytes] = {}
        self.components: dict[int, int] = {}  # component of the frame to its quantisation table
        self.scans: list[int] = []  # positions in self.kept
        self.pixels = 0
        self.is_sequential = False  # baseline or extended sequential, not progressive or lossless
        self.said: set[int] = set()  # markers of application segments that were kept

    def cleaned(self, content: bytes) -> bytes:
        """Return the clean JPEG."""
        at = 2
        while True:
            while content[at] == 0xFF and content[at + 1] == 0xFF:
                at += 1  # fill bytes
            marker = content[at + 1]
            if content[at] != 0xFF:
                raise ValueError
            if marker == 0xD9:
                return self._joined()
            (length,) = struct.unpack_from(">H", content, at + 2)
            self._take(marker, content[at + 4 : at + 2 + length])
            at += 2 + length
            if marker == _SCAN:
                end = _end_of_scan(content, at)
                self.scans.append(len(self.kept))
                self.kept.append(content[at:end])
                at = end
                if at >= len(content):  # truncated: viewers show what there is
                    return self._joined()

    def _joined(self) -> bytes:
        whole = [*self.kept, _END]
        is_quick = self.is_sequential or self.pixels * len(self.scans) <= MOST_OF_PROGRESSIVE
        return b"".join(scans.ended(whole, self.scans) if is_quick else whole)

    def _take(self, marker: int, body: bytes) -> None:
        """Keep, collect or drop one segment; body is its content behind marker and length."""
        if marker in {_TABLES, _CODES, _CONDITIONS}:
            self.tables |= _READERS[marker](body)
        elif marker in _FRAMES:
            self._frame(marker, body)
        elif marker == _SCAN:
            self._scan(body)
        elif marker in {_RESTARTS, _LINES}:
            self._write(marker, body[:2])
        elif marker == 0xE0 and body[:5] == b"JFIF\0" and marker not in self.said:  # without its thumbnail
            self.said.add(marker)
            self._write(marker, b"JFIF\0\1\1" + bytes([min(body[7], 2)]) + body[8:12] + b"\0\0")
        elif marker == 0xEE and body[:5] == b"Adobe" and marker not in self.said:
            self.said.add(marker)
            self._write(marker, b"Adobe\0\x64\0\0\0\0" + bytes([min(body[11], 2)]))

    def _write(self, marker: int, body: bytes) -> None:
        self.kept.append(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body)

    def _frame(self, marker: int, body: bytes) -> None:
        count = body[5]
        if self.components or not 0 < count <= 4 or len(body) < 6 + 3 * count:
            raise ValueError
        height, width = struct.unpack_from(">HH", body, 1)
        self.pixels = height * width
        self.is_sequential = marker in {0xC0, 0xC1}
        self.components = {body[6 + 3 * at]: body[8 + 3 * at] for at in range(count)}
        self._write(marker, body[: 6 + 3 * count])

    def _scan(self, body: bytes) -> None:
        """Write the tables that a scan needs, and then its header."""
        count = body[0]
        if not 0 < count <= 4 or len(body) < 4 + 2 * count:
            raise ValueError
        wanted: set[Table] = set()
        for at in range(count):
            component, chosen = body[1 + 2 * at], body[2 + 2 * at]
            wanted.add((_TABLES, self.components.get(component, 0)))
            for kind in (_CODES, _CONDITIONS):
                wanted |= {(kind, chosen >> 4), (kind, 0x10 | (chosen & 0x0F))}
        first, last = body[1 + 2 * count], body[2 + 2 * count]
        for kind, number in sorted(wanted & self.tables.keys()):
            is_used = (last > 0) if number >> 4 else (first == 0 or last == 0)
            if is_used or kind == _TABLES:
                self._write(kind, self.tables.pop((kind, number)))
        self._write(_SCAN, body[: 4 + 2 * count])


def _steps(body: bytes) -> dict[Table, bytes]:
    """Return the complete quantisation tables in a segment."""
    found, at = {}, 0
    while at < len(body):
        size = 1 + (128 if body[at] >> 4 else 64)
        if at + size > len(body):
            break
        found[_TABLES, body[at] & 0x0F] = body[at : at + size]
        at += size
    return found


def _codes(body: bytes) -> dict[Table, bytes]:
    """Return the complete Huffman tables in a segment."""
    found, at = {}, 0
    while at + 17 <= len(body):
        size = 17 + sum(body[at + 1 : at + 17])
        if size > 17 + 256 or at + size > len(body):
            break
        found[_CODES, body[at]] = body[at : at + size]
        at += size
    return found


def _conditions(body: bytes) -> dict[Table, bytes]:
    """Return the arithmetic conditioning tables in a segment."""
    return {(_CONDITIONS, body[at]): body[at : at + 2] for at in range(0, len(body) - 1, 2)}


_READERS = {_TABLES: _steps, _CODES: _codes, _CONDITIONS: _conditions}


def _end_of_scan(content: bytes, at: int) -> int:
    """Return the offset of the marker behind the codes of a scan."""
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
