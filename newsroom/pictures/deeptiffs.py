"""TIFF with more than eight bits a sample, as scanners write it: brought to eight, in whatever order it comes.

Pillow reads some of these wrong (16 bits with white as zero, planes, 32 bits without a sign, 12 bits, shares of one)
and others not at all; what is packed in another way than these are is left to it.
"""

import sys
import zlib
from array import array
from typing import IO

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, OFFSETS, SAMPLES, COUNTS = (
    256,
    257,
    258,
    259,
    262,
    273,
    277,
    279,
)
PREDICTOR, PLANES, EXTRA, FORMAT, PROFILE, ORIENTATION = 317, 284, 338, 339, 34675, 274
_UNPACKED, _DEFLATED = 1, {8, 32946}
_UNSIGNED, _FLOAT = 1, 3
_DEEP = {(_UNSIGNED,): ({12}, {16}, {32}), (_FLOAT,): ({32}, {64})}  # formats of samples to their bits
_MODES = {(0, 1): "L", (1, 1): "L", (1, 2): "LA", (2, 3): "RGB", (2, 4): "RGBA", (5, 4): "CMYK"}
LARGEST = 320_000_000  # bytes of samples; 50 megapixels of 48 bits
_ALPHA = {1, 2}  # what the first sample beyond the colours may say: it is one


def opened(file: IO[bytes], most_pixels: int) -> Image.Image | None:
    """Return a deep TIFF as an image of eight bits a sample, or None for all other files."""
    file.seek(0)
    head = file.read(8)
    if head[:4] not in {b"II*\0", b"MM\0*"}:
        return None
    try:
        tags = ImageFileDirectory_v2(head)
        file.seek(int.from_bytes(head[4:8], "little" if head[:1] == b"I" else "big"))
        tags.load(file)
        return _Deep(file, tags, most_pixels).image() if _is_known(tags) else None
    except (KeyError, IndexError, ValueError, TypeError, OSError, SyntaxError, zlib.error):
        return None
    finally:
        file.seek(0)


def _is_known(tags: ImageFileDirectory_v2) -> bool:
    bits = set(tags[BITS])
    kind = set(tags.get(FORMAT, (_UNSIGNED,)))
    how = tags.get(COMPRESSION, _UNPACKED)
    is_known = bits in _DEEP[tuple(kind)]
    return (
        is_known
        and (how == _UNPACKED or how in _DEFLATED)
        and tags.get(PREDICTOR, 1) == 1
        and OFFSETS in tags
    )


class _Deep:
    """One such file."""

    def __init__(self, file: IO[bytes], tags: ImageFileDirectory_v2, most_pixels: int) -> None:
        self.file, self.tags = file, tags
        self.size = tags[WIDTH], tags[HEIGHT]
        self.bits, self.samples = tags[BITS][0], tags.get(SAMPLES, 1)
        self.kind = tags.get(FORMAT, (_UNSIGNED,))[0]
        self.is_planar = tags.get(PLANES, 1) == 2
        self.is_big = tags._endian == ">"
        if self.size[0] * self.size[1] > most_pixels or not 1 <= self.samples <= 8:
            raise ValueError  # Pillow's own limits say so in words
        self.left = self.size[0] * self.size[1] * self.samples * self.bits // 8 + self.samples * self.size[1]
        if self.left > LARGEST:
            raise ValueError

    def image(self) -> Image.Image:
        """Return the picture with what Pillow would note of its colours and its orientation."""
        planes = self._planes()
        photometric = self.tags[PHOTOMETRIC]
        colours = {0: 1, 1: 1, 2: 3, 5: 4}[photometric]
        has_alpha = (
            len(planes) > colours and self.tags.get(EXTRA, (0,))[0] in _ALPHA and photometric in {1, 2}
        )
        planes = planes[: colours + has_alpha]
        if photometric == 0:
            planes = [plane.translate(bytes(range(255, -1, -1))) for plane in planes]
        bands = [Image.frombytes("L", self.size, plane) for plane in planes]
        mode = _MODES[photometric, len(bands)]
        image = bands[0] if mode == "L" else Image.merge(mode, bands)
        if PROFILE in self.tags:
            image.info["icc_profile"] = self.tags[PROFILE]
        if ORIENTATION in self.tags:
            image.getexif()[ORIENTATION] = self.tags[ORIENTATION]
        return image

    def _planes(self) -> list[bytes]:
        """Return the samples plane by plane, a byte each."""
        strips = list(map(self._strip, self.tags[OFFSETS], self.tags[COUNTS]))
        pixels = self.size[0] * self.size[1]
        if self.is_planar and self.samples > 1:
            each = len(strips) // self.samples
            parts = [b"".join(strips[at * each : (at + 1) * each]) for at in range(self.samples)]
            planes = [self._byte_each(part, self.size[0]) for part in parts]
        else:
            whole = self._byte_each(b"".join(strips), self.size[0] * self.samples)
            planes = [whole[at :: self.samples] for at in range(self.samples)]
        if any(len(plane) < pixels for plane in planes):
            raise ValueError
        return [plane[:pixels] for plane in planes]

    def _strip(self, offset: int, count: int) -> bytes:
        self.file.seek(offset)
        data: bytes = self.file.read(count)
        if self.tags.get(COMPRESSION, _UNPACKED) == _UNPACKED:
            return data
        data = zlib.decompressobj().decompress(data, self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise ValueError
        return data

    def _byte_each(self, data: bytes, a_row: int) -> bytes:
        """Return the highest byte of each sample; shares of a whole are spread over all."""
        if self.kind == _FLOAT:
            return self._spread(data)
        if self.bits == 12:
            length = -(-a_row * 12 // 8)
            rows = (data[at : at + length] for at in range(0, len(data), length))
            return b"".join(_of_twelve(row)[:a_row] for row in rows)
        width = self.bits // 8
        return data[0 if self.is_big else width - 1 :: width]

    def _spread(self, data: bytes) -> bytes:
        values = array(
            "f" if self.bits == 32 else "d", data[: len(data) // (self.bits // 8) * (self.bits // 8)]
        )
        if self.is_big == (sys.byteorder == "little"):
            values.byteswap()
        highest = max(values)
        ceiling = next((one for one in (1.0, 255.0, 65535.0) if highest <= one), highest)
        scale = 255 / ceiling
        return bytes(
            int(min(255.0, max(0.0, value * scale)) + 0.5) if value == value else 0 for value in values
        )


def _of_twelve(row: bytes) -> bytes:
    """Return the highest eight bits of samples of twelve: one begins with a byte, the next in the middle of one."""
    row += bytes(-len(row) % 3)
    made = bytearray(len(row) // 3 * 2)
    made[0::2] = row[0::3]
    upper = row[1::3].translate(bytes((value & 15) << 4 for value in range(256)))
    lower = row[2::3].translate(bytes(value >> 4 for value in range(256)))
    made[1::2] = (int.from_bytes(upper) | int.from_bytes(lower)).to_bytes(len(upper))
    return bytes(made)
