"""What a page needs to show a picture, as plain values."""

from dataclasses import dataclass
from typing import NamedTuple

from .ingestion import StoredRendition
from .models import Image


class ShownPicture(NamedTuple):
    """The address and size of a picture, in px."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sources:
    """The addresses among which a browser chooses, the size in px and the words of a picture."""

    webp: str
    jpeg: str
    url: str
    width: int
    height: int
    alt: str


def sources(image: Image | None, kind: str) -> Sources | None:
    """Return the sources of a picture's renditions of a kind, or None where pages may not show it."""
    if not image or not image.may_be_shown:
        return None
    jpegs = image.of_kind(kind, "jpeg")
    if not jpegs:
        return None
    # Browsers without srcset are old and their lines slow: the second size will do.
    plain = jpegs[min(1, len(jpegs) - 1)]
    return Sources(
        webp=_srcset(image, image.of_kind(kind, "webp")),
        jpeg=_srcset(image, jpegs),
        url=image.url_of(plain),
        width=jpegs[-1]["width"],
        height=jpegs[-1]["height"],
        alt="" if image.is_decorative else image.alt_text,
    )


def for_other_sites(image: Image | None) -> ShownPicture | None:
    """Return the picture that other sites show with a link, or None."""
    found = image.of_kind("social", "jpeg") if image and image.may_be_shown else []
    return _shown(image, found[-1]) if image and found else None


def logo(image: Image | None) -> ShownPicture | None:
    """Return the smallest uncropped rendition, for a logo, or None."""
    found = image.of_kind("width", "webp") if image and image.may_be_shown else []
    return _shown(image, found[0]) if image and found else None


def _shown(image: Image, rendition: StoredRendition) -> ShownPicture:
    return ShownPicture(image.url_of(rendition), rendition["width"], rendition["height"])


def _srcset(image: Image, renditions: list[StoredRendition]) -> str:
    return ", ".join(f"{image.url_of(rendition)} {rendition['width']}w" for rendition in renditions)
