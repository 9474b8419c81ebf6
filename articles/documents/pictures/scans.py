"""The ends of the scans of a JPEG: bytes behind the last pixel, which readers pass over, are found and cut.

Only a reader of the codes knows where they end: a scan that shows the same without its last bytes holds more than
it shows. What lies before marks of restarts within a scan, and in the many scans of a progressive picture, is not
looked at: that would take too long.
"""

import hashlib
import io

from PIL import Image

SLACK = 4  # bytes without which a scan may look the same though it has nothing behind its pixels
ROWS = 256  # that are looked at together
MOST_PIXELS = 60_000_000
MOST_SCANS = 64  # more than programs make


def ended(pieces: list[bytes], scans: list[int]) -> list[bytes]:
    """Return the pieces of a JPEG with scans, whose places among them are given, that end with their pixels."""
    if len(scans) > MOST_SCANS:
        raise ValueError
    shown = _looks(pieces)
    if shown is None:
        return pieces  # damaged: readers show what there is
    for place in scans:
        whole = pieces[place]
        if len(whole) <= SLACK or _looks(_cut(pieces, place, len(whole) - SLACK - 1)) != shown:
            continue
        least, most = 0, len(whole) - SLACK - 1  # with most bytes it looks the same
        while least < most:
            middle = (least + most) // 2
            if _looks(_cut(pieces, place, middle)) == shown:
                most = middle
            else:
                least = middle + 1
        pieces = _cut(pieces, place, min(len(whole), most + SLACK))
    return pieces


def _cut(pieces: list[bytes], place: int, length: int) -> list[bytes]:
    """Return pieces of which one has only so many bytes; a byte that begins a mark is not left alone."""
    kept = pieces[place][:length]
    return [*pieces[:place], kept[:-1] if kept.endswith(b"\xff") else kept, *pieces[place + 1 :]]


def _looks(pieces: list[bytes]) -> bytes | None:
    """Return what tells the pixels of a picture, or None where it can't be read."""
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
