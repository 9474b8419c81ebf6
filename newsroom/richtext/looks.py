"""What a style does to words: it hides them with everything within, or until something within shows again.

Styles are read as browsers read them (CSS Syntax Level 3), and judged by all that can take words out of sight: display,
opacity, clipping, boxes without room, places beyond the page, letters without size, and letters in the colour of the
paper. static/js/editor-looks.js judges alike what is pasted.
"""

import re
from collections.abc import Set
from dataclasses import dataclass, field

COMMENTED = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/|$)")
ESCAPED = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
STRIKES = re.compile(r"\bline-through\b")
NUMBER = re.compile(r"(?<![\w.#])([-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d++)?)(%|[a-z]*+)")
NONE, HIDDEN = re.compile(r"\bnone\b"), re.compile(r"\b(?:hidden|collapse)\b")
CLIPS = re.compile(r"\b(?:hidden|clip)\b")
PIXELS = {
    "": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78, "q": 0.945, "em": 16, "rem": 16, "ex": 8,
    "ch": 8, "vw": 13, "vh": 8, "%": 13,
}  # fmt: skip
UNSEEN_OPACITY = 0.05
THINNEST = 2  # px of a box, or of a letter, below which nobody sees what it holds
BEYOND, FAR = -900, 5000  # px before the page, and behind what stays of its first line
WHITE = 240  # of 255: the least of each colour of what is white to the eye
NO_COLOUR = {"", "transparent", "none", "inherit", "initial", "unset", "rgba(0, 0, 0, 0)"}
MADE_BY_PROGRAMS = ("mso", "docs-internal")  # beginnings of names that no style sheet gives a background
OF_THE_PAGE = {"%", "vw", "vh"}
SIDES = ("height", "width", "block-size", "inline-size")
ROOM = [side for name in SIDES for side in (name, f"max-{name}")]
PLACES = ("left", "right", "top", "bottom", "margin", "margin-left", "margin-right", "margin-top", "inset")
BACKGROUNDS = ("background", "background-color", "background-image")
FUNCTION = re.compile(r"([a-z0-9-]++)\(([^()]*+)\)")
SIZE_IN_FONT = re.compile(r"(?:^|\s)((?:\d++(?:\.\d*+)?|\.\d++)(?:%|[a-z]++)|0(?=[/\s]))")
SIZES = {"xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"}


@dataclass(frozen=True, slots=True)
class Look:
    """What an element does to the words in it; of what is passed on, the innermost element that says it counts."""

    hides: bool = False  # with everything within
    strikes: bool = False
    passed_on: dict[str, bool] = field(
        default_factory=dict
    )  # 'visibility', 'size' or 'paint' to whether it hides


PLAIN = Look()


def look_of(attributes: dict[str, str]) -> Look:
    """Return what the attributes of an element do to the words in it."""
    style = declarations(attributes.get("style", ""))
    for name, written in (("color", "color"), ("bgcolor", "background")):
        if attributes.get(name):
            style.setdefault(written, attributes[name].strip().lower())
    named = attributes.get("class", "") or attributes.get("id", "")
    backed = bool(attributes.get("background") or (named and not named.lower().startswith(MADE_BY_PROGRAMS)))
    if not style and not backed:
        return PLAIN
    return Look(
        hides=_hides(style),
        strikes=any(
            STRIKES.search(style.get(name, "")) for name in ("text-decoration", "text-decoration-line")
        ),
        passed_on=_passed_on(style, backed),
    )


def declarations(style: str) -> dict[str, str]:
    """Return property to value, both in lower case, as browsers read them."""
    found = {}
    for one in as_browsers_read(style).lower().split(";"):
        name, colon, value = one.partition(":")
        if colon:
            found[name.strip()] = value.partition("!")[0].strip()
    return found


def as_browsers_read(style: str) -> str:
    """Return declarations without comments and escapes (CSS Syntax Level 3, sections 4.3.2 and 4.3.7)."""
    return ESCAPED.sub(_letter, COMMENTED.sub("", style)) if "\\" in style or "/*" in style else style


def _letter(escape: re.Match[str]) -> str:
    if escape[2]:
        return escape[2]
    number = int(escape[1], 16)
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"


def _hides(style: dict[str, str]) -> bool:
    return (
        bool(NONE.search(style.get("display", "")))
        or style.get("mso-hide", "") in {"all", "screen"}
        or bool(HIDDEN.search(style.get("content-visibility", "")))
        or _is_clear(style.get("opacity", ""))
        or any(map(_is_clear, _of_function(style.get("filter", ""), "opacity")))
        or _is_clipped(style)
        or _has_no_room(style)
        or _is_away(style)
    )


def _numbers(value: str, without: Set[str] = frozenset()) -> list[float]:
    """Return the lengths in a value in px; those that depend on the page are taken for a usual one."""
    found = NUMBER.findall(value)
    return [float(number) * PIXELS.get(unit, 1) for number, unit in found if unit not in without]


def _of_function(value: str, names: str) -> list[str]:
    """Return what stands in the parentheses of functions whose names begin so."""
    return [inside for name, inside in FUNCTION.findall(value) if name.startswith(names)]


def _is_clear(value: str) -> bool:
    found = NUMBER.findall(value)
    return bool(found) and float(found[-1][0]) / (100 if found[-1][1] == "%" else 1) < UNSEEN_OPACITY


def _is_clipped(style: dict[str, str]) -> bool:
    """Return whether nothing is left of an element that is cut out."""
    box = _numbers(style.get("clip", ""))
    if len(box) == 4 and (box[2] - box[0] < THINNEST or box[1] - box[3] < THINNEST):
        return True
    shape = style.get("clip-path", "")
    given = NUMBER.findall(shape)
    if not given:
        return False
    if "inset" in shape:
        return given[0][1] == "%" and float(given[0][0]) >= 50
    if "circle" in shape or "ellipse" in shape:
        return float(given[0][0]) == 0
    return all(float(number) == float(given[0][0]) for number, _unit in given)


def _has_no_room(style: dict[str, str]) -> bool:
    """Return whether an element cuts off what does not fit, and nothing does."""
    cuts = any(CLIPS.search(style.get(name, "")) for name in ("overflow", "overflow-x", "overflow-y"))
    if not cuts or any(any(_numbers(value)) for name, value in style.items() if name.startswith("padding")):
        return False
    sizes = [_numbers(style.get(name, "")) for name in ROOM]
    return any(len(size) == 1 and size[0] < THINNEST for size in sizes)


def _is_away(style: dict[str, str]) -> bool:
    """Return whether an element stands far outside of the page, or is drawn in no size."""
    moves = [*_of_function(style.get("transform", ""), "translate"), style.get("translate", "")]
    lengths = [length for value in moves for length in _numbers(value, without=OF_THE_PAGE)]
    lengths += [one for name in PLACES for one in _numbers(style.get(name, ""), without={"%"})]
    indents = _numbers(style.get("text-indent", ""))
    if any(one <= BEYOND for one in [*lengths, *indents]) or any(one >= FAR for one in indents):
        return True
    scales = [*_of_function(style.get("transform", ""), "scale"), style.get("scale", "")]
    return any(number == 0 for value in [*scales, style.get("zoom", "")] for number in _numbers(value))


def _passed_on(style: dict[str, str], backed: bool) -> dict[str, bool]:
    """Return what the elements within take over until one says otherwise."""
    found = _sizes(style) | _paints(style)
    if style.get("visibility"):
        found["visibility"] = bool(HIDDEN.search(style["visibility"]))
    background = " ".join(
        style[name] for name in BACKGROUNDS if style.get(name, "transparent") not in NO_COLOUR
    )
    if backed or background:  # by a colour, a picture, or something that a style sheet may know
        found["backed"] = backed or not _is_paper(background)
    return found


def _sizes(style: dict[str, str]) -> dict[str, bool]:
    size = style.get("font-size", "")
    if not size and (in_font := SIZE_IN_FONT.search(style.get("font", ""))):
        size = in_font[1]
    if size in SIZES:
        return {"size": False}
    given = NUMBER.findall(size)
    if len(given) != 1:
        return {}
    length = float(given[0][0]) * (0.16 if given[0][1] == "%" else PIXELS.get(given[0][1], 1))
    is_too_small = length < THINNEST
    return {} if given[0][1] in {"%", "em"} and not is_too_small else {"size": is_too_small}


def _paints(style: dict[str, str]) -> dict[str, bool]:
    colour = style.get("color", "")
    if not colour or colour in {"inherit", "currentcolor", "unset"}:
        return {}
    if "text" in style.get("background-clip", "") + style.get("-webkit-background-clip", ""):
        return {"clear": False, "white": False}
    shade = _shade(colour)
    return {"clear": shade == (), "white": min(shade or (0,)) >= WHITE}


def _is_paper(background: str) -> bool:
    if "url(" in background or "gradient" in background:
        return False
    shades = [_shade(word) for word in re.findall(r"[a-z-]+\([^)]*\)|[^\s]+", background)]
    known = [shade for shade in shades if shade is not None]
    return bool(known) and all(not shade or min(shade) >= WHITE for shade in known)


def _shade(colour: str) -> tuple[int, ...] | None:
    """Return red, green and blue of 255, () for what is transparent, or None for what can't be told."""
    if colour == "transparent":
        return ()
    if colour in {"white", "window", "canvas", "snow", "ivory", "ghostwhite", "floralwhite"}:
        return (255, 255, 255)
    if colour.startswith("#"):
        return _of_hex(colour[1:])
    if not colour.startswith(("rgb", "hsl")):
        return None
    parts = NUMBER.findall(colour)
    if len(parts) > 3 and float(parts[3][0]) / (100 if parts[3][1] == "%" else 1) < UNSEEN_OPACITY:
        return ()
    if len(parts) < 3:
        return None
    if colour.startswith("hsl"):
        return (255, 255, 255) if float(parts[2][0]) >= 95 else (0, 0, 0)
    return tuple(int(float(number) * (2.55 if unit == "%" else 1)) for number, unit in parts[:3])


def _of_hex(digits: str) -> tuple[int, ...] | None:
    digits = "".join(digit * 2 for digit in digits) if len(digits) in {3, 4} else digits
    try:
        levels = tuple(bytes.fromhex(digits)) if len(digits) in {6, 8} else None
    except ValueError:
        return None
    if levels is None or len(levels) == 3:
        return levels
    return () if levels[3] / 255 < UNSEEN_OPACITY else levels[:3]
