"""The process that decodes one picture: it reads the file from stdin, and writes its pixels alone to stdout.

It runs in a process of its own, under limits, without settings, database or network. Decoders in C can crash on files
that were made for it, and some read a whole file before anybody can stop them.
"""

import sys
from typing import IO

import pillow_heif
from PIL import Image

from newsroom.guard import sandboxing
from newsroom.pictures import deeptiffs, pixels

MEMORY = (
    1024 * 1024**2
)  # bytes of address space; a WebP of 50 megapixels takes 910 MB, no other format as much
MAX_PIXELS = 50_000_000
MASTER_SIDE = 2560  # px, the longest side that is kept
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF", "TIFF")

pillow_heif.register_heif_opener(thumbnails=False)


class Refused(Exception):
    """A file that can't become a picture: a code that tells why."""


def main(seconds: str) -> None:
    """Decode what lies in stdin within so many seconds of the processor; tell its size, or why it is refused."""
    sandboxing.confine(int(seconds), MEMORY)
    try:
        image = decoded(sys.stdin.buffer)
    except Refused as refusal:
        sandboxing.write_result({"refused": str(refusal)})
    except MemoryError:
        sandboxing.write_result({"refused": "too_many_pixels"})
    except Exception as error:  # decoders raise whatever they like for a broken file, or for want of memory
        code = "too_many_pixels" if sandboxing.is_out_of_memory(error) else "damaged"
        sandboxing.write_result({"refused": code, "error": type(error).__name__})
    else:
        sandboxing.write_result({"size": image.size}, image.tobytes())


def decoded(file: IO[bytes]) -> Image.Image:
    """Return upright sRGB pixels and nothing else, at most 2560 px on the longer side; raises Refused."""
    with _open(file) as source:
        _check_pixels(source)
        return _clean(source)


def _open(file: IO[bytes]) -> Image.Image:
    deep = deeptiffs.opened(file, MAX_PIXELS)
    if deep is not None:
        return deep
    try:
        return Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except Image.UnidentifiedImageError as error:
        raise Refused("not_a_picture") from error


def _check_pixels(source: Image.Image) -> None:
    if source.width * source.height > MAX_PIXELS:
        raise Refused("too_many_pixels")


def _clean(source: Image.Image) -> Image.Image:
    profile = source.info.get("icc_profile")
    # Decoding at half or quarter size never goes below what is kept.
    source.draft(None, _fitting(source.size))
    source.load()
    _check_pixels(source)  # some decoders know the true size only now
    small = pixels.shrunk(source, _fitting(source.size))
    image = pixels.upright(pixels.to_srgb(small, profile), pixels.orientation_of(source))
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    return bare


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1, MASTER_SIDE / max(size))
    width, height = size
    return max(1, round(width * scale)), max(1, round(height * scale))
