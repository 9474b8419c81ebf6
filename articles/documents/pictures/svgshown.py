"""Tells which elements of an SVG are shown; hidden layers and unused definitions are not."""

import re
from collections.abc import Iterable

from .. import markup

_ASIDE = {"symbol", "clipPath", "mask", "pattern", "marker"}  # shown only where others refer to them
_WORDS = {"text", "tspan", "textPath"}
_CONDITIONS = {"systemLanguage", "requiredFeatures", "requiredExtensions"}
_REFERENCE = re.compile(r"#([^\"')\s]+)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_LOOKS = ("display", "visibility", "opacity")


def rules_of(sheet: str) -> list[tuple[str, str]]:
    """Return (selector, declarations) of the rules of a style sheet, without those in at-rules."""
    found, depth = [], 0
    for piece in _COMMENT.sub("", sheet).split("}"):
        *opened, declarations = piece.split("{")
        if depth == 0 and len(opened) == 1 and not opened[0].rpartition(";")[2].strip().startswith("@"):
            found.append((opened[0].rpartition(";")[2].strip(), declarations))
        depth = max(0, depth + len(opened) - 1)
    return found


def declared(text: str) -> list[tuple[str, str]]:
    """Return (property, value) of CSS declarations, the property in lower case."""
    pairs = (one.partition(":") for one in _COMMENT.sub("", text).split(";"))
    return [(name.strip().lower(), value.strip()) for name, _, value in pairs if value]


def holds_words(element: markup.Element, around: bool) -> bool:
    """Return whether the text of an element is drawn; around is the same of its parent."""
    word = markup.local(element)
    return word in _WORDS or (word == "a" and around)


class Shown:
    """The elements of one drawing that are shown, directly or by reference."""

    def __init__(self, root: markup.Element) -> None:
        self._looks: dict[str, dict[str, str]] = {}  # ".class" or "#id" to its properties in style sheets
        self._used: set[markup.Element] = set()  # elements that others refer to, and their ancestors
        named: dict[str, markup.Element] = {}
        wanted: set[str] = set()  # ids that are referred to
        for element in root.iter("*"):
            if markup.local(element) == "style":
                self._read(element.text or "")
            named[element.get("id", "")] = element
            for value in element.attrib.values():
                wanted.update(_REFERENCE.findall(value))
            wanted.update(_REFERENCE.findall(element.text or "") if markup.local(element) == "style" else ())
        self._around((named[name] for name in wanted & named.keys()), self._used)
        # elements that are visible whatever their ancestors say, and these ancestors
        self._visible: set[markup.Element] = set()
        seen = (one for one in root.iter("*") if self._looks_of(one).get("visibility") == "visible")
        self._around(seen, self._visible)
        self._chosen: dict[markup.Element, markup.Element | None] = {}  # switch to the child that is shown

    @staticmethod
    def _around(elements: Iterable[markup.Element], found: set[markup.Element]) -> None:
        """Add elements and their ancestors to a set."""
        for place in elements:
            while place is not None and place not in found:
                found.add(place)
                place = place.getparent()

    def _read(self, sheet: str) -> None:
        """Collect the properties in a style sheet that can hide elements."""
        for selectors, declarations in rules_of(sheet):
            looks = {name: value for name, value in declared(declarations) if name in _LOOKS}
            for one in selectors.split(",") if looks else ():
                self._looks.setdefault(one.strip(), {}).update(looks)

    def __contains__(self, element: markup.Element) -> bool:
        """Return whether an element is shown, provided that its parent is."""
        if element in self._used or markup.local(element) == "style":
            return True
        parent = element.getparent()
        around = "" if parent is None else markup.local(parent)
        if around == "defs" or markup.local(element) in _ASIDE or self._is_off(element):
            return False
        if around != "switch":
            return True
        if parent not in self._chosen:
            self._chosen[parent] = _chosen(parent)
        return element is self._chosen[parent]

    def _is_off(self, element: markup.Element) -> bool:
        """Return whether an element and its content are hidden or transparent."""
        looks = self._looks_of(element)
        if looks.get("display") == "none" or re.fullmatch(r"0+(\.0*)?%?|\.0+%?", looks.get("opacity", "1")):
            return True
        return looks.get("visibility") in {"hidden", "collapse"} and element not in self._visible

    def _looks_of(self, element: markup.Element) -> dict[str, str]:
        looks = {name: element.get(name, "") for name in _LOOKS if name in element.attrib}
        for one in [*(f".{each}" for each in element.get("class", "").split()), f"#{element.get('id', '')}"]:
            looks |= self._looks.get(one, {})
        looks |= {name: value for name, value in declared(element.get("style", "")) if name in _LOOKS}
        return {name: value.partition("!")[0].strip().lower() for name, value in looks.items()}


def _chosen(switch: markup.Element) -> markup.Element | None:
    """Return the child of a switch that is shown: the first without a condition, or else the first."""
    parts = list(switch.iterchildren("{http://www.w3.org/2000/svg}*"))
    known = [one for one in parts if markup.local(one) != "foreignObject"]
    plain = [one for one in known if not _CONDITIONS & set(one.attrib)]
    return next(iter(plain or known), None)
