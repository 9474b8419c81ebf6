"""The number of bytes of the pixels of a picture."""

from ..report import DocumentError

MOST = 400 * 1024 * 1024  # bytes of one unpacked picture


def of(width: int, height: int, components: int, bits: int) -> int:
    """Return the number of bytes of the pixels, each row padded to whole bytes; raises DocumentError for a bomb."""
    size = -(-width * components * bits // 8) * height
    if width < 0 or height < 0 or size > MOST:
        raise DocumentError("bomb")
    return size
