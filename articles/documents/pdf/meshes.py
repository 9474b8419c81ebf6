"""Mesh shadings: keeps complete vertices and patches, without padding and trailing bytes."""

from . import colours
from .objects import PdfValue

_POINTS = {
    6: (12, 8),
    7: (16, 12),
}  # control points of a new patch, and of one that shares an edge with the last
_SIZES = {1, 2, 4, 8, 12, 16, 24, 32}  # bits of a number
_FLAGS = {2, 4, 8}  # bits of a flag
MOST_COMPONENTS = 32


def cleaned(data: bytes, shading: PdfValue) -> bytes:
    """Return the clean data of a shading of type 4 to 7; raises ValueError for invalid keys."""
    kind = int(shading["/ShadingType"])
    coordinate, component = (
        _bits(shading, key, _SIZES) for key in ("/BitsPerCoordinate", "/BitsPerComponent")
    )
    flag = 0 if kind == 5 else _bits(shading, "/BitsPerFlag", _FLAGS)
    count = 1 if "/Function" in shading else colours.components(shading.get("/ColorSpace"))
    if count is None or not 0 < count <= MOST_COMPONENTS:
        raise ValueError
    if kind in _POINTS:
        sizes = [
            flag + 2 * points * coordinate + corners * count * component
            for points, corners in zip(_POINTS[kind], (4, 2), strict=True)
        ]
        return _patches(data, flag, sizes)
    bits = flag + 2 * coordinate + count * component
    whole = _whole(data, flag, bits)
    if kind == 5:
        row = shading.get("/VerticesPerRow")
        if not isinstance(row, int) or row < 2:
            raise ValueError
        whole = whole[: len(whole) - len(whole) % (row * _bytes(bits))]
    return whole


def _bits(shading: PdfValue, key: str, allowed: set[int]) -> int:
    bits = shading.get(key)
    if not isinstance(bits, int) or bits not in allowed:
        raise ValueError
    return bits


def _bytes(bits: int) -> int:
    return -(-bits // 8)


def _mask(flag: int, bits: int) -> int:
    """Return the mask of the significant bits of a vertex or patch: the last two of the flag, and no padding."""
    length = 8 * _bytes(bits)
    mask = (1 << length) - (1 << (length - bits))
    return mask & ~(((1 << flag) - 4) << (length - flag)) if flag > 2 else mask


def _whole(data: bytes, flag: int, bits: int) -> bytes:
    """Return the complete vertices."""
    size, mask = _bytes(bits), _mask(flag, bits)
    if mask == (1 << 8 * size) - 1:
        return data[: len(data) - len(data) % size]
    whole = (int.from_bytes(data[at : at + size]) & mask for at in range(0, len(data) - size + 1, size))
    return b"".join(one.to_bytes(size) for one in whole)


def _patches(data: bytes, flag: int, sizes: list[int]) -> bytes:
    """Return the complete patches; sizes are the bits of a new one, and of one that shares an edge."""
    kept: list[bytes] = []
    at = 0
    while at < len(data):
        goes_on = bool((data[at] >> (8 - flag)) & 3)
        bits = sizes[goes_on]
        size = _bytes(bits)
        if at + size > len(data) or (goes_on and not kept):
            break
        kept.append((int.from_bytes(data[at : at + size]) & _mask(flag, bits)).to_bytes(size))
        at += size
    return b"".join(kept)
