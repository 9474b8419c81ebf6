"""Template tags that show pictures: sizes that a browser can choose from, and space reserved until they load."""

from typing import Any

from django import template

from newsroom.pictures import showing
from newsroom.pictures.ingestion import MAX_MEGABYTES
from newsroom.pictures.models import Image
from newsroom.pictures.showing import ShownPicture

register = template.Library()


type Context = dict[str, Any]  # what a template gets


@register.inclusion_tag("pictures/_picture.html")
def picture(
    image: Image | None, sizes: str = "(min-width: 48rem) 42rem, calc(100vw - 2rem)", lead: bool = False
) -> Context:
    """Show a picture with its caption and credit; the lead picture of a page loads first."""
    return {"shown": showing.sources(image, "width"), "sizes": sizes, "lead": lead, "image": image}


@register.inclusion_tag("pictures/_picture.html#sources")
def card_picture(
    image: Image | None,
    sizes: str = "(min-width: 60rem) 22rem, (min-width: 36rem) 45vw, calc(100vw - 2rem)",
    lead: bool = False,
) -> Context:
    """Show the 3:2 crop of a picture for a card, without caption."""
    return {"shown": showing.sources(image, "card"), "sizes": sizes, "lead": lead}


@register.simple_tag
def social_picture(image: Image | None) -> ShownPicture | None:
    """Return url, width and height of the picture that other sites show with a link, or None."""
    return showing.for_other_sites(image)


@register.simple_tag
def logo_picture(image: Image | None) -> ShownPicture | None:
    """Return url, width and height of the smallest uncropped rendition, for a logo, or None."""
    return showing.logo(image)


@register.simple_tag
def most_megabytes() -> int:
    """Return how large the file of a picture may be."""
    return MAX_MEGABYTES
