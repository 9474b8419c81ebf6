"""Cuts the bytes behind the last pixel from the scans of a JPEG, which decoders ignore.

Only a decoder knows where the codes end, so it searches for the shortest scan that decodes to the same pixels. Bytes
before restart markers within a scan, and in the scans of a progressive JPEG, are not searched: it would take too long.
"""

import hashlib
import io

from PIL import Image

SLACK = 4  # bytes of padding that a normal scan may have behind its last pixel
ROWS = 256  # that are hashed at once
MOST_PIXELS = 60_000_000
MOST_SCANS = 64  # more than any program writes


def ended(pieces: list[bytes], scans: list[int]) -> list[bytes]:
    """Return the pieces of a JPEG with the scans, at these positions, cut behind their last pixel."""
    if len(scans) > MOST_SCANS:
        raise ValueError
    shown = _looks(pieces)
    if shown is None:
        return pieces  # damaged: viewers show what there is
    for place in scans:
        whole = pieces[place]
        if len(whole) <= SLACK or _looks(_cut(pieces, place, len(whole) - SLACK - 1)) != shown:
            continue
        least, most = 0, len(whole) - SLACK - 1  # invariant: the first `most` bytes look the same as all
        while least < most:
            middle = (least + most) // 2
            if _looks(_cut(pieces, place, middle)) == shown:
                most = middle
            else:
                least = middle + 1
        pieces = _cut(pieces, place, min(len(whole), most + SLACK))
    return pieces


def _cut(pieces: list[bytes], place: int, length: int) -> list[bytes]:
    """Return the pieces with one cut to a length, and one byte shorter where it would end within a marker."""
    kept = pieces[place][:length]
    return [*pieces[:place], kept[:-1] if kept.endswith(b"\xff") else kept, *pieces[place + 1 :]]


def _looks(pieces: list[bytes]) -> bytes | None:
    """Return a hash of the pixels, or None where the picture can't be decoded; raises ValueError for too many."""
    try:
        with Image.open(io.BytesIO(b"".join(pieces)), formats=("JPEG",)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError
            told = hashlib.blake2b(repr((image.mode, image.size)).encode())
            for top in range(0, image.height, ROWS):
                told.update(image.crop((0, top, image.width, min(image.height, top + ROWS))).tobytes())
    except (OSError, SyntaxError):
        return None
    return told.digest()
