"""Pictures: have whatever an editor sends decoded, keep the pixels alone, and render what pages show.

It knows no model and writes no file. What comes out holds no EXIF, GPS, XMP, IPTC, ICC, comment or
thumbnail, because it is encoded from pixels that another process handed over.
"""

import io
import logging
import math
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from newsroom.pictures import decoding, pixels
from newsroom.pictures.decoding import MASTER_SIDE, MAX_PIXELS
from newsroom.pictures.pixels import Size
from newsroom.sandbox import sandboxing

type Fractions = tuple[float, float, float, float]  # left, top, right and bottom of a box, each 0 to 1
type PixelBox = tuple[int, int, int, int]  # the same in px

logger = logging.getLogger(__name__)

__all__ = ["MASTER_SIDE", "MAX_PIXELS"]

MAX_MEGABYTES = 25  # of a file
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
LONGEST = 20  # seconds of the processor that reading a file may take; 50 megapixels take about five
PATIENCE = 40  # seconds of the clock that it may take, on a busy machine
WIDTHS = (320, 640, 960, 1600)  # px
CARD_WIDTHS = (200, 400, 800)  # px, 3:2
CARD_RATIO = 3 / 2
SOCIAL_SIZE = (1200, 630)  # px
SOCIAL_RATIO = SOCIAL_SIZE[0] / SOCIAL_SIZE[1]
SAME_RATIO = 0.01  # by how much two ratios may differ and still be one
SAVE_OPTIONS: dict[str, dict[str, Any]] = {  # as Pillow takes them
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpeg": {"format": "JPEG", "quality": 80, "progressive": True},
}
MASTER_OPTIONS: dict[str, Any] = {"format": "JPEG", "quality": 92, "subsampling": 0}

WAITING = 2  # pictures that may wait in a process for the one in work, so that threads are left for pages


def _let_pages_go_first() -> None:
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


_in_line = threading.BoundedSemaphore(1 + WAITING)
_studio = ThreadPoolExecutor(1, thread_name_prefix="pictures", initializer=_let_pages_go_first)

_QUARTER_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


class Upload(Protocol):
    """A binary file: an upload of Django, or an open file."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


class PictureRefused(ValidationError):
    """A file that can't become a picture, with the reason in words for an editor."""


REFUSALS = {
    "takes_too_long": _("This picture takes too long to read. Export it anew as JPEG or PNG, and send that."),
    "damaged": _(
        "This picture is damaged or cut off, perhaps because the transfer broke. "
        "Send it again, or export it anew as JPEG or PNG."
    ),
    "not_a_picture": _(
        "This file is not a picture that the site can read, whatever its name says. "
        "Use JPEG, PNG, WebP, AVIF, GIF, HEIC or TIFF."
    ),
    "too_many_pixels": _(
        "This picture has more than 50 megapixels. Make it smaller, for example 6000 by 4000, and try again."
    ),
}


@dataclass(frozen=True)
class CleanPicture:
    """Upright sRGB pixels and nothing else, at most 2560 px on the longer side."""

    image: Image.Image

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height

    def encoded(self) -> bytes:
        """Return the picture as the bytes of a JPEG, good enough to render from again."""
        return _encode(self.image, MASTER_OPTIONS)


class StoredRendition(TypedDict):
    """What a row notes of a rendition."""

    kind: str  # width, card or social
    format: str  # webp or jpeg
    width: int
    height: int
    name: str
    bytes: int


@dataclass(frozen=True)
class Rendition:
    """One file that pages show."""

    kind: str  # width, card or social
    format: str  # webp or jpeg
    width: int
    height: int
    content: bytes

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.width}.{'jpg' if self.format == 'jpeg' else self.format}"

    def noted(self) -> StoredRendition:
        """Return what a row notes of it."""
        return {
            "kind": self.kind,
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "name": self.name,
            "bytes": len(self.content),
        }


def in_turn[Result](work: Callable[[], Result]) -> Result:
    """Return what work() returns; it runs when no other picture is in work in this process.

    50 megapixels are 200 MB while they are decoded. Raises PictureRefused (code: busy) where too many wait.
    """
    if not _in_line.acquire(blocking=False):
        raise PictureRefused(
            _("The site is busy with other pictures. Try again in a few seconds."), code="busy"
        )
    try:
        return _studio.submit(work).result()
    finally:
        _in_line.release()


def ingest(file: Upload) -> CleanPicture:
    """Return the CleanPicture of an open binary file, or raise PictureRefused; another process decodes it."""
    _check_bytes(file)
    code, told, data = sandboxing.run(decoding, [str(LONGEST)], file, PATIENCE)
    if not told:
        told = {
            "refused": "takes_too_long" if code in sandboxing.OUT_OF_BOUNDS else "damaged",
            "error": code,
        }
    if "refused" in told:
        if "error" in told:
            logger.warning("A picture was refused (%(refused)s): %(error)s", told)
        raise PictureRefused(REFUSALS[told["refused"]], code=told["refused"])
    return CleanPicture(Image.frombytes("RGB", tuple(told["size"]), data))


def planned(size: Size) -> list[tuple[str, int, int]]:
    """Return the (kind, width, height) of every rendition of a picture of this size, each kind largest first.

    Nothing is enlarged: a small picture has fewer.
    """
    width, height = size
    plan = [
        ("width", one, max(1, round(height * one / width)))
        for one in sorted({min(step, width) for step in WIDTHS}, reverse=True)
    ]
    box_width = _box_size(size, CARD_RATIO)[0]
    plan += [
        ("card", one, max(1, round(one / CARD_RATIO)))
        for one in sorted({min(step, box_width) for step in CARD_WIDTHS}, reverse=True)
    ]
    one = min(SOCIAL_SIZE[0], _box_size(size, SOCIAL_RATIO)[0])
    return [*plan, ("social", one, max(1, round(one / SOCIAL_RATIO)))]


def render(image: Image.Image, focal_x: float = 0.5, focal_y: float = 0.5) -> Iterator[Rendition]:
    """Yield the renditions of a picture, the crops around the focal point (0 to 1)."""
    sources: dict[
        str, Image.Image
    ] = {}  # the last one made of each kind: the next is smaller, and made of it faster
    for kind, width, height in planned(image.size):
        box = None
        if kind not in sources and kind != "width":
            ratio = CARD_RATIO if kind == "card" else SOCIAL_RATIO
            box = focal_box(image.size, ratio, focal_x, focal_y)
        sources[kind] = pixels.resized(sources.get(kind, image), (width, height), box)
        for name in ("jpeg",) if kind == "social" else SAVE_OPTIONS:
            content = _encode(sources[kind], SAVE_OPTIONS[name])
            yield Rendition(kind, name, width, height, content)


def focal_box(size: Size, ratio: float, focal_x: float, focal_y: float) -> PixelBox:
    """Return the largest box of a ratio around a focal point."""
    width, height = size
    box_width, box_height = _box_size(size, ratio)
    left = min(max(0, round(width * focal_x - box_width / 2)), width - box_width)
    top = min(max(0, round(height * focal_y - box_height / 2)), height - box_height)
    return left, top, left + box_width, top + box_height


def _box_size(size: Size, ratio: float) -> Size:
    """Return the size of the largest box of a ratio that fits."""
    width, height = size
    return max(1, min(width, round(height * ratio))), max(1, min(height, round(width / ratio)))


def are_alike(one: Size, other: Size) -> bool:
    """Return whether two sizes have the same ratio, but for what rounding to pixels makes of it."""
    return math.isclose(one[0] * other[1], one[1] * other[0], rel_tol=SAME_RATIO)


def rotated(picture: CleanPicture, quarter_turns: int) -> CleanPicture:
    """Return the picture turned clockwise by this number of quarters."""
    turn = _QUARTER_TURNS.get(quarter_turns % 4)
    return CleanPicture(picture.image.transpose(turn)) if turn is not None else picture


def cropped(picture: CleanPicture, box: Fractions) -> CleanPicture:
    """Return the part of the picture in a box."""
    left, top, right, bottom = _pixel_box(picture, box)
    return CleanPicture(picture.image.crop((left, top, right, bottom)))


def covered(picture: CleanPicture, boxes: Iterable[Fractions]) -> CleanPicture:
    """Return the picture with opaque boxes over what must not be seen; blur could be undone."""
    image = picture.image.copy()
    draw = ImageDraw.Draw(image)
    for box in boxes:
        left, top, right, bottom = _pixel_box(picture, box)
        draw.rectangle((left, top, right - 1, bottom - 1), fill=(28, 34, 38))
    return CleanPicture(image)


def _pixel_box(picture: CleanPicture, box: Fractions) -> PixelBox:
    """Return a box in px; raises PictureRefused for an empty one."""
    left, top, right, bottom = (min(max(float(part), 0), 1) for part in box)
    if not (left < right and top < bottom):
        raise PictureRefused(_("The box is empty. Draw it again."), code="empty_box")
    # Outwards to whole pixels: a cover leaves no edge of what it hides.
    return (
        int(left * picture.width),
        int(top * picture.height),
        max(int(left * picture.width) + 1, -int(-right * picture.width // 1)),
        max(int(top * picture.height) + 1, -int(-bottom * picture.height // 1)),
    )


def _check_bytes(file: Upload) -> None:
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size == 0:
        raise PictureRefused(_("This file is empty. Choose another."), code="empty")
    if size > MAX_BYTES:
        raise PictureRefused(
            _(
                "This file has %(size)s MB; a picture may have %(most)s MB at most. Export it smaller, as JPEG."
            ),
            code="too_many_bytes",
            params={"size": -(-size // (1024 * 1024)), "most": MAX_MEGABYTES},
        )


def _encode(image: Image.Image, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()
