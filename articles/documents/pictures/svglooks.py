"""Reports text of an SVG that nobody sees: white on white, transparent, tiny, or under a shape that is drawn later.

Where the background is unknown (a picture, another shape, a pattern), text counts as visible.
"""

import re
from dataclasses import dataclass

from .. import colours, markup
from ..report import Report
from .svgshown import declared, rules_of

_SHAPES = {"rect", "circle", "ellipse", "path", "polygon", "polyline", "image", "use"}
_LOOKS = {"fill", "stroke", "fill-opacity", "opacity", "font-size", "stroke-opacity"}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,2})?", re.I)
_CLEAR = {"none", "transparent"}
TINY = 1  # font size, in units of the drawing, up to which text is unreadable
SMALL = 0.05  # opacity up to which text is invisible
MOST = 2_000  # the square of it is the number of pairs of shape and text that are compared
WIDE = 0.5  # width of a letter as a share of the font size

type Box = tuple[float, float, float, float]  # left, top, right and bottom


@dataclass
class _Words:
    """One text of a drawing and its place."""

    text: str
    box: Box
    space: tuple[str, ...]  # the transformations of the elements around it


def report_unseen(root: markup.Element, report: Report) -> None:
    """Report the text of a clean drawing that nobody sees."""
    sheet = _sheet(root)
    written: list[_Words] = []
    has_ground, compared = False, 0
    waiting: list[tuple[markup.Element, dict[str, str], tuple[str, ...]]] = [(root, {}, ())]
    while waiting:
        element, around, space = waiting.pop()
        word = markup.local(element)
        if word in {"defs", "symbol", "clipPath", "mask", "pattern", "marker", "style", "filter"}:
            has_ground = has_ground or word in {"symbol", "pattern", "defs"}
            continue
        looks = around | _looks_of(element, sheet)
        space = (*space, element.get("transform", "")) if element.get("transform") else space
        if word == "text":
            words = " ".join("".join(element.itertext()).split())
            if words and _is_unseen(looks, has_ground):
                report.add("invisible_text", words)
            elif words and (box := _box_of_text(element, looks, words)) is not None:
                written.append(_Words(words, box, space))
            continue
        if word in _SHAPES and _is_painted(word, looks):
            has_ground = True
            box = _box_of_shape(element, word)
            compared += len(written)
            if box is not None and _is_opaque(word, looks) and compared <= MOST * MOST:
                for one in [one for one in written if one.space == space and _covers(box, one.box)]:
                    report.add("covered_text", one.text)
                    written.remove(one)
        waiting += [(child, looks, space) for child in reversed(element)]


def _sheet(root: markup.Element) -> dict[str, dict[str, str]]:
    """Return {selector: {property: value}} of the style sheets."""
    found: dict[str, dict[str, str]] = {}
    for element in root.iter("{*}style"):
        for selectors, declarations in rules_of(element.text or ""):
            for one in selectors.split(","):
                found.setdefault(one.strip(), {}).update(declared(declarations))
    return found


def _looks_of(element: markup.Element, sheet: dict[str, dict[str, str]]) -> dict[str, str]:
    found = {name: value for name, value in element.attrib.items() if name in _LOOKS}
    names = [markup.local(element), *(f".{one}" for one in element.get("class", "").split())]
    for one in [*names, f"#{element.get('id', '')}"]:
        found |= sheet.get(one, {})
    found |= dict(declared(element.get("style", "")))
    if (
        "opacity" in found
    ):  # not inherited, but it applies to what is inside: taken for an inherited fill-opacity
        found["fill-opacity"] = found["opacity"]
    return {name: value.partition("!")[0].strip().lower() for name, value in found.items() if name in _LOOKS}


def _number(text: str | None, default: float) -> float:
    match = _NUMBER.match((text or "").strip())
    if match is None:
        return default
    return float(match[0]) / (100 if (text or "").strip().endswith("%") else 1)


def _colour(text: str) -> colours.Colour | None:
    if re.fullmatch("#[0-9a-f]{3}", text):
        text = "#" + "".join(2 * one for one in text[1:])
    if match := re.fullmatch(r"rgb\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*\)", text):
        red, green, blue = (min(255, int(one)) for one in match.groups())
        return red, green, blue
    return colours.of_hex(text) if text.startswith("#") or text in {"white", "black"} else None


def _is_unseen(looks: dict[str, str], has_ground: bool) -> bool:
    """Return whether text is transparent, tiny, or white without a background."""
    if _number(looks.get("font-size"), 16) <= TINY and "em" not in looks.get("font-size", ""):
        return True
    has_edge = looks.get("stroke", "none") not in _CLEAR and not _is_white(looks.get("stroke", "none"))
    fill = looks.get("fill", "black")
    if fill in _CLEAR or _number(looks.get("fill-opacity"), 1) <= SMALL:
        return not has_edge
    return _is_white(fill) and not has_ground and not has_edge


def _is_white(text: str) -> bool:
    colour = _colour(text)
    return colour is not None and colours.look_alike(colour, colours.WHITE)


def _is_painted(word: str, looks: dict[str, str]) -> bool:
    """Return whether a shape may give a background to text that is drawn later."""
    if word in {"image", "use"}:
        return True
    return looks.get("fill", "black") not in _CLEAR or looks.get("stroke", "none") not in _CLEAR


def _is_opaque(word: str, looks: dict[str, str]) -> bool:
    clear = _number(looks.get("fill-opacity"), 1) < 0.9 or looks.get("fill", "black") in _CLEAR
    return word == "image" or not (clear or looks.get("fill", "").startswith("url("))


def _box_of_text(element: markup.Element, looks: dict[str, str], words: str) -> Box | None:
    first = next((one for one in element.iter() if one.get("x") or one.get("y")), element)
    size = _number(looks.get("font-size"), 16)
    left, base = _number(first.get("x"), 0), _number(first.get("y"), 0)
    lines = [one for one in element.iter() if one.get("x") or one.get("y") or one.get("dy")]
    longest = max((len("".join(one.itertext())) for one in lines if one is not element), default=len(words))
    width = min(len(words), longest) * size * WIDE
    shift = {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
    left -= shift * width
    return left, base - 0.6 * size, left + width, base


def _box_of_shape(element: markup.Element, word: str) -> Box | None:
    at = {
        name: _number(value, 0) for name, value in element.attrib.items() if _NUMBER.match(str(value).strip())
    }
    if word in {"rect", "image"}:
        whole = {
            side: 1e9 if str(element.get(side, "")).strip() == "100%" else at.get(side, 0)
            for side in ("width", "height")
        }
        return (
            at.get("x", 0),
            at.get("y", 0),
            at.get("x", 0) + whole["width"],
            at.get("y", 0) + whole["height"],
        )
    if word in {"circle", "ellipse"}:  # the rectangle inside of it
        wide, high = (0.7 * at.get(side, at.get("r", 0)) for side in ("rx", "ry"))
        return at.get("cx", 0) - wide, at.get("cy", 0) - high, at.get("cx", 0) + wide, at.get("cy", 0) + high
    return None


def _covers(box: Box, words: Box) -> bool:
    """Return whether a box covers more than half of the width and height of a text."""
    wide = min(box[2], words[2]) - max(box[0], words[0])
    high = min(box[3], words[3]) - max(box[1], words[1])
    return wide > 0.5 * (words[2] - words[0]) and high > 0.5 * (words[3] - words[1])
