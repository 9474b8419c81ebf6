"""How many bytes the pixels of a picture take."""

from ..report import Trouble

MOST = 400 * 1024 * 1024  # bytes of one picture, unpacked


def of(width: int, height: int, components: int, bits: int) -> int:
    """Return the bytes of the pixels, each row of them padded to whole bytes; raises Trouble for a bomb."""
    size = -(-width * components * bits // 8) * height
    if width < 0 or height < 0 or size > MOST:
        raise Trouble("bomb")
    return size
