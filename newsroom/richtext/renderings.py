"""What stored rich text becomes: a page, a feed, a mail, or plain words.

Each sanitises once more: a text that another program wrote into the database is as harmless as ours.
"""

import html as html_text
import re
from collections.abc import Callable
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from newsroom.pictures.models import Image

from . import tables
from .pictures import PICTURE, PicturesByUUID, pictures_in
from .sanitiser import safe, without_tags

FEED_WIDTH = 960  # px, at most
MAIL_WIDTH = 560  # px, at most: what a mail program's column holds
LOCAL_LINK = re.compile(r' href="([/#][^"]*)"')
LINE_ENDS = re.compile(r"<br>|</(?:li|tr|caption)>")
BLOCK_ENDS = re.compile(r"</?(?:p|h[2-4]|ul|ol|blockquote|figure|figcaption|table)(?: [^>]*)?>|<hr>")
BETWEEN_CELLS = re.compile(r"</t[dh]>\s*(?=<t[dh])")
STRUCK = re.compile(r"<s>.*?</s>", re.DOTALL)
CELL_ENDS = re.compile(r"</t[dh]>")


def rendered(html: str, pictures: PicturesByUUID | None = None, language: str = "") -> SafeString:
    """Return stored rich text as mark-up for a page: with its pictures and charts, each table in a box that scrolls.

    It takes one query where the text names pictures, and none where they are given; numbers in charts are read as the
    language of the text writes them, by default that of the page.
    """
    text = safe(html)
    known = pictures_in(text) if pictures is None else pictures
    shown = tables.for_page(text, language or get_language() or "en")
    return mark_safe(PICTURE.sub(lambda match: _for_page(known.get(match[1])), shown))  # noqa: S308 - safe() above


def for_feed(html: str, address: str, pictures: PicturesByUUID | None = None) -> SafeString:
    """Return stored rich text for feeds, with absolute addresses; its own page is at the address given."""
    return _elsewhere(html, address, pictures, _for_feed)


def for_mail(html: str, address: str, pictures: PicturesByUUID | None = None) -> SafeString:
    """Return stored rich text for a mail: absolute addresses, narrow pictures, nothing that needs a stylesheet."""
    return _elsewhere(html, address, pictures, _for_mail)


def plain_text(html: str, pictures: PicturesByUUID | None = None, between_cells: str = " ") -> str:
    """Return the words of rich text, a line for each block and each row of a table, with captions of given pictures.

    Words that are struck out are left out: plain text can't show the stroke, and they would read as if they held.
    """

    def caption(match: re.Match[str]) -> str:
        image = _if_shown((pictures or {}).get(match[1]))
        return f"<p>{escape(_under(image))}</p>" if image else ""

    text = PICTURE.sub(caption, STRUCK.sub("", safe(html)))
    text = " ".join(text.split())  # line breaks of the mark-up are spaces
    text = CELL_ENDS.sub(" ", BETWEEN_CELLS.sub(between_cells, text))
    text = LINE_ENDS.sub("\n", BLOCK_ENDS.sub("\n", text))
    lines = [" ".join(line.split()) for line in html_text.unescape(without_tags(text)).split("\n")]
    return "\n".join(line for line in lines if line)


def _elsewhere(
    html: str, address: str, pictures: PicturesByUUID | None, picture: Callable[[Image | None], str]
) -> SafeString:
    text = safe(html)
    known = pictures_in(text) if pictures is None else pictures
    page = urljoin(f"{settings.SITE_URL}/", address)
    text = tables.elsewhere(text)
    text = LOCAL_LINK.sub(lambda match: f' href="{urljoin(page, match[1])}"', text)
    return mark_safe(PICTURE.sub(lambda match: picture(known.get(match[1])), text))  # noqa: S308 - safe() above


def _if_shown(image: Image | None) -> Image | None:
    """Return the picture where readers may see it, or None."""
    return image if image is not None and image.may_be_shown else None


def _for_page(image: Image | None) -> str:
    return render_to_string("pictures/_picture_in_text.html", {"image": image}).strip() if image else ""


def _img(image: Image, largest: int) -> str:
    """Return an img element for programs that don't choose a size: the widest JPEG that fits, or nothing."""
    found = image.of_kind("width", "jpeg")
    if not found:
        return ""
    fitting = [rendition for rendition in found if rendition["width"] <= largest * 2] or found[:1]
    shown = fitting[-1]
    width = min(shown["width"], largest)
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">',
        urljoin(f"{settings.SITE_URL}/", image.url_of(shown)),
        width,
        round(shown["height"] * width / shown["width"]),
        "" if image.is_decorative else image.alt_text,
    )


def _under(image: Image) -> str:
    """Return caption and credit, which stand under a picture."""
    return " ".join(part for part in [image.caption, image.credit] if part)


def _for_feed(image: Image | None) -> str:
    shown = _if_shown(image)
    if not shown or not (img := _img(shown, FEED_WIDTH)):
        return ""
    return format_html("<figure>{}<figcaption>{}</figcaption></figure>", img, _under(shown))


def _for_mail(image: Image | None) -> str:
    shown = _if_shown(image)
    if not shown or not (img := _img(shown, MAIL_WIDTH)):
        return ""
    return format_html("<p>{}<br><small>{}</small></p>", img, _under(shown))
