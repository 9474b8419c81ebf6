"""Template tags that show pictures: sizes that a browser can choose from, and space reserved until they load."""

from typing import Any, TypedDict

from django import template

from newsroom.pictures.files import StoredRendition
from newsroom.pictures.models import Image

register = template.Library()


type Context = dict[str, Any]  # what a template gets


class ShownPicture(TypedDict):
    """The address and size of a picture, in px."""

    url: str
    width: int
    height: int


@register.inclusion_tag("pictures/_picture.html")
def picture(
    image: Image | None, sizes: str = "(min-width: 48rem) 42rem, calc(100vw - 2rem)", lead: bool = False
) -> Context:
    """Show a picture with its caption and credit; the lead picture of a page loads first."""
    return {**_sources(image, "width", sizes, lead), "image": image}


@register.inclusion_tag("pictures/_picture.html#sources")
def card_picture(
    image: Image | None,
    sizes: str = "(min-width: 60rem) 22rem, (min-width: 36rem) 45vw, calc(100vw - 2rem)",
    lead: bool = False,
) -> Context:
    """Show the 3:2 crop of a picture for a card, without caption."""
    return _sources(image, "card", sizes, lead)


@register.simple_tag
def social_picture(image: Image | None) -> ShownPicture | None:
    """Return url, width and height of the picture that other sites show with a link, or None."""
    if not image or not image.may_be_shown:
        return None
    found = image.of_kind("social", "jpeg")
    if not found:
        return None
    return {"url": image.url_of(found[-1]), "width": found[-1]["width"], "height": found[-1]["height"]}


@register.simple_tag
def logo_picture(image: Image | None) -> ShownPicture | None:
    """Return url, width and height of the smallest uncropped rendition, for a logo, or None."""
    if not image or not image.may_be_shown:
        return None
    found = image.of_kind("width", "webp")
    if not found:
        return None
    return {"url": image.url_of(found[0]), "width": found[0]["width"], "height": found[0]["height"]}


def _sources(image: Image | None, kind: str, sizes: str, lead: bool) -> Context:
    if not image or not image.may_be_shown:
        return {"shown": None}
    jpegs = image.of_kind(kind, "jpeg")
    if not jpegs:
        return {"shown": None}
    # Browsers without srcset are old and their lines slow: the second size will do.
    plain = jpegs[min(1, len(jpegs) - 1)]
    return {
        "shown": {
            "webp": _srcset(image, image.of_kind(kind, "webp")),
            "jpeg": _srcset(image, jpegs),
            "url": image.url_of(plain),
            "width": jpegs[-1]["width"],
            "height": jpegs[-1]["height"],
            "alt": "" if image.is_decorative else image.alt_text,
            "sizes": sizes,
            "lead": lead,
        }
    }


def _srcset(image: Image, renditions: list[StoredRendition]) -> str:
    return ", ".join(f"{image.url_of(rendition)} {rendition['width']}w" for rendition in renditions)
