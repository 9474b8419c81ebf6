"""Colours of text and background, and whether readers can tell them apart."""

import colorsys
from enum import Enum
from typing import Final

from articles.documents.office.namespaces import A

from . import markup


class Unknown(Enum):
    """The colour of a background that can't be told: a picture, a gradient or something transparent."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
type Colour = tuple[int, int, int]  # red, green and blue, from 0 to 255
type Background = Colour | Unknown

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
NEAR = (
    26  # difference of a channel: white on a grey of 10 % can't be read, on a pastel it can with some effort
)
OPAQUE = 90_000  # thousandths of a percent
_BY_NAME: dict[str, Colour] = {"white": WHITE, "black": BLACK, "window": WHITE, "windowtext": BLACK}


def of_hex(text: str | None) -> Colour | None:
    """Return the colour of rrggbb, #rrggbb, aarrggbb or a name for black or white; None for other text."""
    text = (text or "").split(" ")[0].lower()
    if text in _BY_NAME:
        return _BY_NAME[text]
    digits = text.removeprefix("#")[-6:]
    if len(digits) != 6:
        return None
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return None
    return red, green, blue


def look_alike(one: Colour, other: Colour) -> bool:
    """Return whether text of one colour can't be seen on the other."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= NEAR


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return a mixture with a share of one colour, from 0 to 1, and the rest of the other."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lit(colour: Colour, factor: float, more: float = 0.0) -> Colour:
    """Return a colour with its lightness multiplied by a factor and then raised."""
    red, green, blue = (level / 255 for level in colour)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness = min(1.0, max(0.0, lightness * factor + more))
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def of_theme(content: bytes) -> dict[str, Colour]:
    """Return {dk1, lt1, accent1, …: colour} of a theme."""
    scheme = markup.parsed(content).find(f"{A}themeElements/{A}clrScheme")
    found: dict[str, Colour] = {}
    for one in [] if scheme is None else scheme:
        for shown in one:
            colour = of_hex(shown.get("lastClr") or shown.get("val"))
            if colour:
                found[markup.local(one)] = colour
    return found


def of_fill(fill: markup.Element, theme: dict[str, Colour]) -> Colour | None:
    """Return the colour of the fill of a drawing, or None for one that is unknown or transparent."""
    for one in fill.iterfind(f"{A}*"):
        word, value = markup.local(one), one.get("val", "")
        if word == "sysClr":
            value = one.get("lastClr") or value
        short = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}.get(value, value)
        colour = theme.get(short) if word == "schemeClr" else of_hex(value)
        if colour is None:
            return None
        for change in one:
            amount = int(change.get("val", "100000")) / 100_000
            match markup.local(change):
                case "lumMod" | "shade":
                    colour = lit(colour, amount)
                case "lumOff":
                    colour = lit(colour, 1, amount)
                case "tint":
                    colour = mixed(colour, WHITE, amount)
                case "alpha" if amount * 100_000 < OPAQUE:
                    return None
        return colour
    return None
