"""The process that decodes one picture: it reads the file from stdin, and writes its pixels alone to stdout.

It runs in a process of its own, under limits, without settings, database or network. Decoders in C can crash on files
that were made for it, and some read a whole file before anybody can stop them.
"""

import sys
from typing import IO

from PIL import Image

from newsroom.pictures import deeptiffs, pixels
from newsroom.sandbox import confining

MEMORY = (
    1024 * 1024**2
)  # bytes of address space; a WebP of 50 megapixels takes 910 MB, no other format as much
MAX_PIXELS = 50_000_000
MASTER_SIDE = 2560  # px, the longest side that is kept


class Refused(Exception):
    """A file that can't become a picture: a code that tells why."""


def main(seconds: str) -> None:
    """Decode what lies in stdin within so many seconds of the processor; tell its size, or why it is refused."""
    confining.confine(int(seconds), MEMORY)
    try:
        image = decoded(sys.stdin.buffer)
    except Refused as refusal:
        confining.write_result({"refused": str(refusal)})
    except MemoryError:
        confining.write_result({"refused": "too_many_pixels"})
    except Exception as error:  # decoders raise whatever they like for a broken file, or for want of memory
        code = "too_many_pixels" if confining.is_out_of_memory(error) else "damaged"
        confining.write_result({"refused": code, "error": type(error).__name__})
    else:
        confining.write_result({"size": image.size}, image.tobytes())


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
        return Image.open(file, formats=_formats(file))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except Image.UnidentifiedImageError as error:
        raise Refused("not_a_picture") from error


def _formats(file: IO[bytes]) -> list[str]:
    """Return the formats that can begin as this file does; their decoders are loaded, and no others: that takes time."""
    file.seek(0)
    head = file.read(12)
    if head[4:8] == b"ftyp":
        import pillow_heif
        from PIL import AvifImagePlugin  # noqa: F401

        pillow_heif.register_heif_opener(thumbnails=False)
        return ["AVIF", "HEIF"]
    if head[:4] == b"RIFF":
        from PIL import WebPImagePlugin  # noqa: F401

        return ["WEBP"]
    return ["JPEG", "PNG", "GIF", "TIFF"]


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
