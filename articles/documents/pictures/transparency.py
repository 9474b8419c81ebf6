"""What lies under transparent pixels of a PNG: an eraser that only makes a face transparent leaves it in the file."""

import io

from PIL import Image

MOST_PIXELS = 40_000_000  # larger ones do not fit into the memory beside the rest; they stay as they are
STRIP = 256  # rows that are looked at together
_WITH_ALPHA = {"RGBA", "LA"}


def redrawn(content: bytes) -> bytes | None:
    """Return a PNG with nothing under its transparent pixels, or None where nothing is to be told there.

    A single colour under them tells nothing.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if image.width * image.height > MOST_PIXELS or image.mode not in _WITH_ALPHA or not _hides(image):
                return None
            image.paste((0,) * len(image.getbands()), mask=_unseen(image))
            image.info.clear()
            buffer = io.BytesIO()
            image.save(buffer, "PNG")
    except (OSError, SyntaxError):
        return None  # damaged: readers show what there is
    return buffer.getvalue()


def _unseen(image: Image.Image) -> Image.Image:
    """Return a mask of the pixels that nobody sees."""
    return image.getchannel("A").point([255] + [0] * 255)


def _hides(image: Image.Image) -> bool:
    """Return whether pixels that nobody sees have more than one colour."""
    colours: list[set[int]] = [set() for _band in image.getbands()[:-1]]
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(image.height, top + STRIP)))
        mask = _unseen(strip)
        for found, band in zip(colours, strip.split(), strict=False):
            found |= {level for level, count in enumerate(band.histogram(mask)) if count}
    return any(len(found) > 1 for found in colours)
