"""Colours of letters and of what lies behind them, and whether an eye can tell them apart."""

import colorsys

from . import markup

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
NEAR = 26  # of 255: white on a grey of 10 % can't be read, on a pastel it can with some effort
OPAQUE = 90_000  # thousandths of a percent
_BY_NAME = {"white": WHITE, "black": BLACK, "window": WHITE, "windowtext": BLACK}


def of_hex(text: str):
    """Return the (red, green, blue) of rrggbb, #rrggbb, aarrggbb or a name for black or white, or None."""
    text = (text or "").split(" ")[0].lower()
    if text in _BY_NAME:
        return _BY_NAME[text]
    digits = text.removeprefix("#")[-6:]
    try:
        return tuple(bytes.fromhex(digits)) if len(digits) == 6 else None
    except ValueError:
        return None


def look_alike(one, other):
    """Tell whether letters of one colour are not to be seen on the other."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= NEAR


def mixed(one, other, share):
    """Return so much of one colour, from 0 to 1, and the rest of the other."""
    return tuple(round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))


def lit(colour, factor, more=0.0):
    """Return a colour whose lightness was multiplied, and then raised."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(level / 255 for level in colour))
    lightness = min(1.0, max(0.0, lightness * factor + more))
    return tuple(round(level * 255) for level in colorsys.hls_to_rgb(hue, lightness, saturation))


def of_theme(content):
    """Return {dk1, lt1, accent1, …: colour} of a theme."""
    scheme = markup.parsed(content).find(f"{A}themeElements/{A}clrScheme")
    found = {}
    for one in [] if scheme is None else scheme:
        for shown in one:
            colour = of_hex(shown.get("lastClr") or shown.get("val"))
            if colour:
                found[markup.local(one)] = colour
    return found


def drawn(fill, theme):
    """Return the colour of a filling of a drawing, or None if it can't be told or lets shine through."""
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
