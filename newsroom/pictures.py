"""Pictures: decode whatever an editor sends, keep the pixels alone, and render what pages show.

It knows no model and writes no file. What comes out holds no EXIF, GPS, XMP, IPTC, ICC, comment or
thumbnail, because it is encoded from a picture that never had any.
"""

import io
import math
import os
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import pillow_heif
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageDraw

pillow_heif.register_heif_opener(thumbnails=False)

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 50_000_000
MASTER_SIDE = 2560  # px, the longest side that is kept
STRIP = 256  # rows that are shrunk at a time
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF", "TIFF")
WIDTHS = (320, 640, 960, 1600)  # px
CARD_WIDTHS = (200, 400, 800)  # px, 3:2
CARD_RATIO = 3 / 2
SOCIAL_SIZE = (1200, 630)  # px
SOCIAL_RATIO = SOCIAL_SIZE[0] / SOCIAL_SIZE[1]
SAVE_OPTIONS = {
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpeg": {"format": "JPEG", "quality": 80, "progressive": True},
}
MASTER_OPTIONS = {"format": "JPEG", "quality": 92, "subsampling": 0}

WAITING = 2  # pictures that may wait in a process for the one in work, so that threads are left for pages

_in_work = threading.Lock()
_in_line = threading.BoundedSemaphore(1 + WAITING)
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
_QUARTER_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


class PictureRefused(ValidationError):
    """A file that can't become a picture, with the reason in words for an editor."""


@dataclass(frozen=True)
class CleanPicture:
    """Upright sRGB pixels and nothing else, at most 2560 px on the longer side."""

    image: Image.Image

    @property
    def width(self):
        return self.image.width

    @property
    def height(self):
        return self.image.height

    def encoded(self):
        """Return the picture as the bytes of a JPEG, good enough to render from again."""
        return _encode(self.image, MASTER_OPTIONS)


@dataclass(frozen=True)
class Rendition:
    """One file that pages show."""

    kind: str  # width, card or social
    format: str  # webp or jpeg
    width: int
    height: int
    content: bytes

    @property
    def name(self):
        return f"{self.kind}-{self.width}.{'jpg' if self.format == 'jpeg' else self.format}"


class UnlinkedUploadHandler(FileUploadHandler):
    """Holds a large upload in a file without a name, so that no crash leaves a photo with GPS behind."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - the request closes it

    def receive_data_chunk(self, raw_data, start):
        self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size, self.charset)

    def upload_interrupted(self):
        if hasattr(self, "file"):
            self.file.close()


@contextmanager
def turn():
    """Wait until no other picture is in work: 50 megapixels are 200 MB while they are decoded.

    Raises PictureRefused (code: busy) where too many wait already.
    """
    if not _in_line.acquire(blocking=False):
        raise PictureRefused(
            _("The site is busy with other pictures. Try again in a few seconds."), code="busy"
        )
    try:
        with _in_work:
            yield
    finally:
        _in_line.release()


def ingest(file):
    """Return the CleanPicture of an open binary file, or raise PictureRefused."""
    _check_bytes(file)
    try:
        with _open(file) as source:
            _check_pixels(source)
            return CleanPicture(_clean(source))
    except PictureRefused:
        raise
    except MemoryError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # decoders raise whatever they like for a broken file
        raise PictureRefused(
            _(
                "This picture is damaged or cut off, perhaps because the transfer broke. "
                "Send it again, or export it anew as JPEG or PNG."
            ),
            code="damaged",
        ) from error


def planned(size):
    """Return the (kind, width, height) of every rendition of a picture of a size, each kind biggest first.

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


def render(image, focal_x=0.5, focal_y=0.5):
    """Yield the renditions of a picture, the crops around the focal point (0 to 1)."""
    sources = {}  # kind to the last one made: the next is smaller, and made of it in less time
    for kind, width, height in planned(image.size):
        box = None
        if kind not in sources and kind != "width":
            ratio = CARD_RATIO if kind == "card" else SOCIAL_RATIO
            box = focal_box(image.size, ratio, focal_x, focal_y)
        sources[kind] = _resized(sources.get(kind, image), (width, height), box)
        for name in ("jpeg",) if kind == "social" else SAVE_OPTIONS:
            content = _encode(sources[kind], SAVE_OPTIONS[name])
            yield Rendition(kind, name, width, height, content)


def focal_box(size, ratio, focal_x, focal_y):
    """Return the largest box (left, top, right, bottom) of a ratio around a focal point, in px."""
    width, height = size
    box_width, box_height = _box_size(size, ratio)
    left = min(max(0, round(width * focal_x - box_width / 2)), width - box_width)
    top = min(max(0, round(height * focal_y - box_height / 2)), height - box_height)
    return left, top, left + box_width, top + box_height


def _box_size(size, ratio):
    width, height = size
    return max(1, min(width, round(height * ratio))), max(1, min(height, round(width / ratio)))


def rotated(picture, quarter_turns):
    """Return the picture turned clockwise by so many quarters."""
    turn = _QUARTER_TURNS.get(quarter_turns % 4)
    return CleanPicture(picture.image.transpose(turn)) if turn is not None else picture


def cropped(picture, box):
    """Return the part of the picture in a box of fractions (left, top, right, bottom), each 0 to 1."""
    left, top, right, bottom = _pixel_box(picture, box)
    return CleanPicture(picture.image.crop((left, top, right, bottom)))


def covered(picture, boxes):
    """Return the picture with opaque boxes over what must not be seen; blur could be undone."""
    image = picture.image.copy()
    draw = ImageDraw.Draw(image)
    for box in boxes:
        left, top, right, bottom = _pixel_box(picture, box)
        draw.rectangle((left, top, right - 1, bottom - 1), fill=(28, 34, 38))
    return CleanPicture(image)


def _pixel_box(picture, box):
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


def _check_bytes(file):
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size == 0:
        raise PictureRefused(_("This file is empty. Choose another."), code="empty")
    if size > MAX_BYTES:
        raise PictureRefused(
            _("This file has %(size)s MB; a picture may have 25 MB at most. Export it smaller, as JPEG."),
            code="too_many_bytes",
            params={"size": -(-size // (1024 * 1024))},
        )


def _open(file):
    try:
        return Image.open(getattr(file, "file", None) or file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_many_pixels() from error
    except Image.UnidentifiedImageError as error:
        raise PictureRefused(
            _(
                "This file is not a picture that the site can read, whatever its name says. "
                "Use JPEG, PNG, WebP, AVIF, GIF, HEIC or TIFF."
            ),
            code="not_a_picture",
        ) from error


def _too_many_pixels():
    return PictureRefused(
        _(
            "This picture has more than 50 megapixels. Make it smaller, for example 6000 by 4000, and try again."
        ),
        code="too_many_pixels",
    )


def _check_pixels(source):
    if source.width * source.height > MAX_PIXELS:
        raise _too_many_pixels()


def _clean(source):
    profile = source.info.get("icc_profile")
    # Decoding at half or quarter size never goes below what is kept.
    source.draft(None, _fitting(source.size))
    source.load()
    _check_pixels(source)  # some decoders know the true size only now
    orientation = _orientation(source)
    image = _to_srgb(_shrunk(source, _fitting(source.size)), profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    pixels = Image.new("RGB", image.size)
    pixels.paste(image)
    return pixels


def _fitting(size):
    scale = min(1, MASTER_SIDE / max(size))
    return tuple(max(1, round(side * scale)) for side in size)


def _orientation(source):
    try:
        return source.getexif().get(0x0112, 1)
    except Exception:  # a broken EXIF block is dropped anyway
        return 1


def _shrunk(image, size):
    """Return the image at a size, opaque and with eight bits a channel.

    It goes strip by strip: a second copy of 50 megapixels would take another 200 MB.
    """
    simple = _simplifier(image)
    if size == image.size:
        return simple(image)
    scale = image.height / size[1]
    margin = math.ceil(3 * scale) + 1  # rows beyond its own that Lanczos looks at
    shrunk = None
    for top in range(0, size[1], STRIP):
        bottom = min(top + STRIP, size[1])
        first, last = top * scale, min(bottom * scale, image.height)
        start, end = max(0, int(first) - margin), min(image.height, math.ceil(last) + margin)
        strip = simple(image.crop((0, start, image.width, end)))
        shrunk = shrunk or Image.new(strip.mode, size)
        box = (0, first - start, image.width, last - start)
        shrunk.paste(strip.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box=box), (0, top))
    return shrunk


def _simplifier(image):
    """Return a function that brings the image, or a part of it, to eight bits a channel without holes."""
    if image.mode.startswith("I") or image.mode == "F":
        low, high = image.getextrema()
        ceiling = 255 if high <= 255 and image.mode == "F" else max(high, 65535)
        floor = min(low, 0)
        scale = 255 / (ceiling - floor)
        return lambda part: part.convert("F").point(lambda value: value * scale - floor * scale).convert("L")
    return lambda part: _opaque(_plain(part))


def _plain(image):
    """Return the image in a mode that can be resized and converted without clipping."""
    if image.mode == "P" or "transparency" in image.info:
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _opaque(image):
    """Return the image on white where it was transparent."""
    if image.mode not in {"RGBA", "RGBa", "LA", "La", "PA"}:
        return image
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _to_srgb(image, profile):
    if profile and b"sRGB" not in profile[:1024]:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if source.profile.xcolor_space.strip() == "GRAY" and image.mode == "RGB":
                image = image.convert("L")
            return ImageCms.profileToProfile(image, source, _srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return image.convert("RGB")  # a profile that makes no sense is no reason to lose the picture
    return image.convert("RGB")


def _resized(image, size, box=None):
    if size == image.size and box is None:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _encode(image, options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()
