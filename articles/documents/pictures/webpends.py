"""The ends of the pixels of WebP: bytes behind them, which readers pass over, are found and cut.

Only a reader of the codes knows where they end: what shows the same without its last bytes holds more than it shows.
"""

import io
import struct

from PIL import Image

SLACK = 4  # bytes without which a picture may look the same though nothing stands behind its pixels
MOST_PIXELS = 20_000_000  # of larger ones it would take too long


def ended(kind: bytes, body: bytes) -> bytes:
    """Return the content of a chunk of pixels without what stands behind them."""
    if len(body) <= 2 * SLACK:
        return body
    shown = _looks(kind, body)
    if shown is None or _looks(kind, body[: -SLACK - 1]) != shown:
        return body
    least, most = SLACK, len(body) - SLACK - 1
    while least < most:
        middle = (least + most) // 2
        if _looks(kind, body[:middle]) == shown:
            most = middle
        else:
            least = middle + 1
    return body[:most]


def _looks(kind: bytes, body: bytes) -> bytes | None:
    """Return the pixels of a still picture, or None where it can't be read or has too many."""
    chunk = struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2)
    file = b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk
    try:
        with Image.open(io.BytesIO(file), formats=("WEBP",)) as image:
            return image.tobytes() if image.width * image.height <= MOST_PIXELS else None
    except (OSError, SyntaxError, ValueError):
        return None
