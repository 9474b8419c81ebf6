"""What stored rich text becomes: a page, a feed, a mail, or plain words.

Each sanitises once more: a text that another program wrote into the database is as harmless as ours.
"""

import html as html_text
import re
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .pictures import PICTURE, pictures_in
from .sanitiser import TAG, safe, without_tags

FEED_WIDTH = 960  # px, at most
MAIL_WIDTH = 560  # px, at most: what a mail program's column holds
LOCAL_LINK = re.compile(r' href="([/#][^"]*)"')
CAPTION = re.compile(r"\s*<caption[^>]*>(.*?)</caption>", re.DOTALL)
LINE_ENDS = re.compile(r"<br>|</(?:li|tr|caption)>")
BLOCK_ENDS = re.compile(r"</?(?:p|h[2-4]|ul|ol|blockquote|figure|figcaption|table)(?: [^>]*)?>|<hr>")
BETWEEN_CELLS = re.compile(r"</t[dh]>\s*(?=<t[dh])")
STRUCK = re.compile(r"<s>.*?</s>", re.DOTALL)  # as plain words they would read as if they held
CELL_ENDS = re.compile(r"</t[dh]>")


def rendered(html: str, pictures=None) -> SafeString:
    """Return stored rich text as mark-up for a page: pictures, and tables that scroll in boxes of their own.

    Takes one query if the text names pictures, none if they are given as pictures_in() found them.
    """
    text = safe(html)
    known = pictures_in(text) if pictures is None else pictures
    shown = _with_scrolling_tables(text)
    return mark_safe(PICTURE.sub(lambda match: _for_page(known.get(match[1])), shown))  # noqa: S308 - safe() above


def for_feed(html: str, address: str, pictures=None) -> SafeString:
    """Return stored rich text for feeds: addresses are whole, and its own page is at the address given."""
    return _elsewhere(html, address, pictures, _for_feed)


def for_mail(html: str, address: str, pictures=None) -> SafeString:
    """Return stored rich text for a mail: addresses are whole, pictures modest, nothing needs a stylesheet."""
    return _elsewhere(html, address, pictures, _for_mail)


def plain_text(html: str, pictures=None, between_cells=" "):
    """Return the words that hold, a line for each block and each row of a table; of pictures given, their captions.

    What is struck out is left out: a search result, a description or a line of words can't show the stroke.
    """

    def caption(match) -> str:
        image = (pictures or {}).get(match[1])
        return f"<p>{escape(_under(image))}</p>" if _may_show(image) else ""

    text = PICTURE.sub(caption, STRUCK.sub("", safe(html)))
    text = " ".join(text.split())  # line breaks of the mark-up are spaces
    text = CELL_ENDS.sub(" ", BETWEEN_CELLS.sub(between_cells, text))
    text = LINE_ENDS.sub("\n", BLOCK_ENDS.sub("\n", text))
    lines = [" ".join(line.split()) for line in html_text.unescape(without_tags(text)).split("\n")]
    return "\n".join(line for line in lines if line)


def _elsewhere(html: str, address: str, pictures, picture):
    text = safe(html)
    known = pictures_in(text) if pictures is None else pictures
    page = urljoin(f"{settings.SITE_URL}/", address)
    text = LOCAL_LINK.sub(lambda match: f' href="{urljoin(page, match[1])}"', text)
    return mark_safe(PICTURE.sub(lambda match: picture(known.get(match[1])), text))  # noqa: S308 - safe() above


def _may_show(image):
    return image is not None and image.may_be_shown


def _for_page(image):
    return render_to_string("pictures/_picture_in_text.html", {"image": image}).strip() if image else ""


def _img(image, largest):
    """Return an img for readers that choose no size of their own: the widest JPEG that fits, or nothing."""
    found = image.of_kind("width", "jpeg") if _may_show(image) else []
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


def _under(image):
    """Return what stands under a picture: caption and credit."""
    return " ".join(part for part in [image.caption, image.credit] if part)


def _for_feed(image):
    img = _img(image, FEED_WIDTH)
    return format_html("<figure>{}<figcaption>{}</figcaption></figure>", img, _under(image)) if img else ""


def _for_mail(image):
    img = _img(image, MAIL_WIDTH)
    return format_html("<p>{}<br><small>{}</small></p>", img, _under(image)) if img else ""


def _with_scrolling_tables(html: str):
    pieces, position, depth = [], 0, 0
    for match in TAG.finditer(html):
        if match[2] != "table":
            continue
        pieces.append(html[position : match.start()])
        position = match.end()
        depth += -1 if match[1] else 1
        if match[1]:
            pieces.append(match[0] + ("</div>" if depth == 0 else ""))
        else:
            pieces.append((_box(html, position) if depth == 1 else "") + match[0])
    pieces.append(html[position:])
    return "".join(pieces)


def _box(html: str, position) -> str:
    """Return the start tag of a region that the keyboard reaches, named by the caption of its table."""
    caption = CAPTION.match(html, position)
    words = " ".join(html_text.unescape(without_tags(caption[1])).split()) if caption else ""
    label = escape(words or _("Table"))
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">'
