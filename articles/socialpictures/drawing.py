"""Draws the picture that other sites show with a link to a page that has none: its title, and the name of the site."""

import io
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from articles.socialpictures.fonts import font_for

WIDTH, HEIGHT = 1200, 630  # the size that other sites ask for (Open Graph)
GROUND, FAR, HILL, PAPER, SUN = "#14424a", "#1d5660", "#0e3138", "#f9f5ec", "#e58a55"
MARGIN, NAME = 80, 34  # pixels
SIZES = (110, 84, 72, 62, 54, 46)  # of the title: the largest that fits
TITLE_BOTTOM = 470
LONGEST_TITLE, LONGEST_NAME = 250, 60  # characters
COLOURS = 48


def can_draw(title: str, name: str) -> bool:
    """Return whether this machine has fonts for a title and for the name of the site."""
    return font_for(title) is not None and font_for(name) is not None


@lru_cache(maxsize=64)
def drawn(title: str, name: str) -> bytes | None:
    """Return the picture as PNG, or None where this machine lacks a font for the script."""
    of_title, of_name = font_for(title), font_for(name)
    if of_title is None or of_name is None:
        return None
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(image)
    for colour, left, right in ((FAR, 0.8, 0.75), (HILL, 0.86, 0.88)):
        draw.polygon([(0, HEIGHT * left), (WIDTH, HEIGHT * right), (WIDTH, HEIGHT), (0, HEIGHT)], fill=colour)
    _write_title(draw, shortened(title, LONGEST_TITLE), of_title)
    _write(draw, shortened(name, LONGEST_NAME), _font(of_name, NAME), HEIGHT - 62, SUN)
    kept = io.BytesIO()
    image.quantize(COLOURS).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def shortened(text: str, most: int) -> str:
    """Return a text in one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def runs_from_the_right(text: str) -> bool:
    """Return whether the first letter with a direction runs from right to left (Unicode annex 9, P2)."""
    directions = (unicodedata.bidirectional(one) for one in text)
    return next((one in {"R", "AL"} for one in directions if one in {"L", "R", "AL"}), False)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return a text in lines that are no wider; a word that is wider by itself is broken between letters."""
    lines, line = [], ""
    for part in _parts(text, font, width):
        if line and font.getlength(line + part.rstrip()) > width:
            lines.append(line.strip())
            line = ""
        line += part
    return [*lines, line.strip()]


def _parts(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return where a text may be broken: after spaces, and between letters where a word has none for too long."""
    found = []
    for word in text.split(" "):
        if font.getlength(word) <= width:
            found.append(word + " ")
            continue
        for letter in word:
            if found and (unicodedata.category(letter).startswith("M") or letter == "\u200d"):
                found[-1] += letter
            else:
                found.append(letter)
        found[-1] += " "
    return found


def _write_title(draw: ImageDraw.ImageDraw, title: str, path: Path) -> None:
    for size in SIZES:
        font = _font(path, size)
        lines, step = wrapped(title, font, WIDTH - 2 * MARGIN), round(size * 1.22)
        if MARGIN + len(lines) * step <= TITLE_BOTTOM:
            break
    most = (TITLE_BOTTOM - MARGIN) // step
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(lines[most - 1], max(1, len(lines[most - 1]) - 1)) + "…"]
    for number, line in enumerate(lines):
        _write(draw, line, font, MARGIN + number * step, PAPER)


def _write(draw: ImageDraw.ImageDraw, line: str, font: ImageFont.FreeTypeFont, top: int, colour: str) -> None:
    right = runs_from_the_right(line)
    draw.text(
        (WIDTH - MARGIN if right else MARGIN, top),
        line,
        fill=colour,
        font=font,
        anchor="ra" if right else "la",
        direction=("rtl" if right else "ltr") if features.check("raqm") else None,
    )


@lru_cache(maxsize=32)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)
