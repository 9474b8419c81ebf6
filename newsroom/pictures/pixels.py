"""Turns pixels upright, shrinks them, puts them on white and converts them to sRGB."""

import io
import math
from collections.abc import Callable
from typing import cast

from PIL import Image, ImageCms

type Size = tuple[int, int]  # width and height in px

STRIP = 256  # rows that are shrunk at a time

_srgb = ImageCms.createProfile("sRGB")

# EXIF orientation to what undoes it.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(source: Image.Image) -> int:
    """Return the EXIF orientation of a file that was opened, 1 where it has none."""
    try:
        return int(source.getexif().get(0x0112, 1))
    except Exception:  # a broken EXIF block is dropped anyway
        return 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return the image turned and mirrored as its EXIF orientation says."""
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def shrunk(image: Image.Image, size: Size) -> Image.Image:
    """Return the image at a size, opaque and with eight bits a channel.

    It goes strip by strip: a second copy of 50 megapixels would take another 200 MB.
    """
    simple = _simplifier(image)
    if size == image.size:
        return simple(image)
    scale = image.height / size[1]
    margin = math.ceil(3 * scale) + 1  # rows beyond its own that Lanczos looks at
    shrunk: Image.Image | None = None
    for top in range(0, size[1], STRIP):
        bottom = min(top + STRIP, size[1])
        first, last = top * scale, min(bottom * scale, image.height)
        start, end = max(0, int(first) - margin), min(image.height, math.ceil(last) + margin)
        strip = simple(image.crop((0, start, image.width, end)))
        shrunk = shrunk or Image.new(strip.mode, size)
        box = (0, first - start, image.width, last - start)
        shrunk.paste(strip.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box=box), (0, top))
    return shrunk or simple(image)


def _simplifier(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Return a function that makes the image, or a part of it, opaque and eight bits a channel."""
    if image.mode == "I;16B":  # Pillow converts it to "I" alone
        image = image.convert("I")
        return lambda part: _simplifier(image)(part.convert("I"))
    if image.mode.startswith("I") or image.mode == "F":
        low, high = cast("tuple[float, float]", image.getextrema())  # one band has two numbers
        ceiling = 255 if high <= 255 and image.mode == "F" else max(high, 65535)
        floor = min(low, 0)
        scale = 255 / (ceiling - floor)
        return lambda part: part.convert("F").point(lambda value: value * scale - floor * scale).convert("L")
    return lambda part: _opaque(_plain(part))


def _plain(image: Image.Image) -> Image.Image:
    """Return the image in a mode that can be resized and converted without clipping."""
    if image.mode == "P" or "transparency" in image.info:
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _opaque(image: Image.Image) -> Image.Image:
    """Return the image on white where it was transparent."""
    if image.mode not in {"RGBA", "RGBa", "LA", "La", "PA"}:
        return image
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the image in sRGB, converted from the colour profile that it came with."""
    if profile and b"sRGB" not in profile[:1024]:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if source.profile.xcolor_space.strip() == "GRAY" and image.mode == "RGB":
                image = image.convert("L")
            return ImageCms.profileToProfile(image, source, _srgb, outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return image.convert("RGB")  # a profile that makes no sense is no reason to lose the picture
    return image.convert("RGB")


def resized(
    image: Image.Image, size: Size, box: tuple[float, float, float, float] | None = None
) -> Image.Image:
    """Return the image, or a box of it, at a size in px."""
    if size == image.size and box is None:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
