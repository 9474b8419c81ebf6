"""SVG: rebuilt from known elements, attributes and CSS properties, without scripts and external references."""

import re
from collections.abc import Callable

from .. import markup
from ..report import Report
from . import svglooks, svgvalues
from .svgshown import Shown, declared, holds_words, rules_of

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ELEMENTS = {
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "textPath", "image", "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker",
    "filter", "switch", "style", "a", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite",
    "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood",
    "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology",
    "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
}  # fmt: skip
_SILENT = {
    "metadata", "title", "desc", "script", "animate", "animateMotion", "animateTransform", "set", "mpath", "view",
    "cursor", "handler", "listener", "discard",
}  # fmt: skip
_PROPERTIES = {
    "alignment-baseline", "baseline-shift", "clip", "clip-path", "clip-rule", "color", "color-interpolation",
    "color-interpolation-filters", "direction", "display", "dominant-baseline", "fill", "fill-opacity", "fill-rule",
    "filter", "flood-color", "flood-opacity", "font", "font-family", "font-size", "font-size-adjust", "font-stretch",
    "font-style", "font-variant", "font-weight", "image-rendering", "isolation", "kerning", "letter-spacing",
    "lighting-color", "line-height", "marker", "marker-end", "marker-mid", "marker-start", "mask", "mask-type",
    "mix-blend-mode", "opacity", "overflow", "paint-order", "shape-rendering", "stop-color", "stop-opacity", "stroke",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-opacity", "stroke-width", "text-align", "text-anchor", "text-decoration", "text-rendering",
    "transform", "unicode-bidi", "vector-effect", "visibility", "white-space", "word-spacing", "writing-mode",
}  # fmt: skip
_ATTRIBUTES = _PROPERTIES | {
    "amplitude", "azimuth", "baseFrequency", "bias", "clipPathUnits", "cx", "cy", "d", "diffuseConstant", "divisor",
    "dx", "dy", "edgeMode", "elevation", "exponent", "filterUnits", "fr", "fx", "fy", "gradientTransform",
    "gradientUnits", "height", "in", "in2", "intercept", "k1", "k2", "k3", "k4", "kernelMatrix", "lengthAdjust",
    "limitingConeAngle", "markerHeight", "markerUnits", "markerWidth", "maskContentUnits", "maskUnits", "method",
    "mode", "numOctaves", "offset", "operator", "order", "orient", "pathLength", "patternContentUnits",
    "patternTransform", "patternUnits", "points", "pointsAtX", "pointsAtY", "pointsAtZ", "preserveAlpha",
    "preserveAspectRatio", "primitiveUnits", "r", "radius", "refX", "refY", "result", "rotate", "rx", "ry", "scale",
    "seed", "side", "slope", "spacing", "specularConstant", "specularExponent", "spreadMethod", "startOffset",
    "stdDeviation", "stitchTiles", "surfaceScale", "tableValues", "targetX", "targetY", "textLength", "type",
    "values", "version", "viewBox", "width", "x", "x1", "x2", "xChannelSelector", "y", "y1", "y2", "yChannelSelector",
    "z",
}  # fmt: skip
_OWN_NAMES = {"result", "in", "in2"}  # names for the results of filter steps
_INPUTS = {"SourceGraphic", "SourceAlpha", "BackgroundImage", "BackgroundAlpha", "FillPaint", "StrokePaint"}
_URL = re.compile(r"""url\(\s*["']?#([^"')]+?)["']?\s*\)""")
_PSEUDO = (
    r":(?:root|hover|focus|active|link|visited|(?:first|last|only)-child|nth-child\((?:\d{1,4}|odd|even)\))"
)
_SELECTOR = re.compile(rf"(?:[\s,>+~*]|(?<![\w-])[a-zA-Z]+|[.#]-?[^\W\d][\w-]*|{_PSEUDO})+")
_NAMED = re.compile(r"(?<![\w.#:(-])[^\W\d][\w-]*")
_OWN = re.compile(r"([.#])(-?[^\W\d][\w-]*)")


def is_one(content: bytes) -> bool:
    """Return whether content looks like an SVG."""
    return b"<svg" in content[:4096] and content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def cleaned(content: bytes, report: Report, inside: Callable[[str], str]) -> bytes:
    """Return a clean SVG; inside() cleans a data URI. Raises ValueError or DocumentError."""
    return _Cleaner(report, inside).cleaned(content)


def _is_of_sheet(element: markup.Element, name: str) -> bool:
    """Return whether an attribute is the media type of a style sheet, which is not needed."""
    return name == "type" and markup.local(element) == "style"


class _Cleaner:
    """Cleans one drawing."""

    def __init__(self, report: Report, inside: Callable[[str], str]) -> None:
        self.report, self.inside = report, inside
        self._names: dict[str, str] = {}  # old name with its kind to the new name

    def cleaned(self, content: bytes) -> bytes:
        """Return the clean drawing; raises ValueError for other XML."""
        given = markup.parsed(content)
        if given.tag != f"{{{_SVG}}}svg":
            raise ValueError
        root = markup.etree.Element(given.tag, nsmap={None: _SVG, "xlink": _XLINK[1:].split("}")[0]})
        shown = Shown(given)
        waiting: list[tuple[markup.Element, markup.Element, bool]] = [(given, root, False)]
        while waiting:
            old, new, has_words = waiting.pop()
            self._attributes(old, new)
            if markup.local(old) == "style":
                new.text = self._sheet(old.text or "")
                continue
            has_words = holds_words(new, has_words)
            new.text = old.text if has_words else None
            for child in old:
                made = self._child(child, new, is_shown=child in shown)
                if child.tail and has_words:
                    self._write_behind(child.tail, new)
                if made is not None:
                    waiting.append((child, made, has_words))
        svglooks.report_unseen(root, self.report)
        return markup.written(root)

    def _child(
        self, child: markup.Element, parent: markup.Element, *, is_shown: bool
    ) -> markup.Element | None:
        """Return a new element for a child that is known and shown, or None."""
        is_svg = isinstance(child.tag, str) and child.tag.startswith(f"{{{_SVG}}}")
        word = markup.local(child) if is_svg else ""
        if word in _ELEMENTS:
            return markup.etree.SubElement(parent, child.tag) if is_shown else None
        if is_svg and word not in _SILENT:
            self.report.add("unknown_parts")
        return None

    @staticmethod
    def _write_behind(words: str, parent: markup.Element) -> None:
        """Write words at the end of an element."""
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + words
        else:
            parent.text = (parent.text or "") + words

    def _attributes(self, old: markup.Element, new: markup.Element) -> None:
        for name, value in old.attrib.items():
            if name in {"href", _XLINK}:
                kept = self._address(old, value)
            elif name == "id":
                kept = self._named("#", value)
            elif name == "class":
                kept = " ".join(self._named(".", one) for one in value.split())
            elif name == "style":
                kept = self._declarations(value)
            elif name in _OWN_NAMES:
                kept = value if value in _INPUTS else self._named("result ", value)
            else:
                kept = (
                    self._value(name, value) if name in _ATTRIBUTES and not _is_of_sheet(old, name) else None
                )
                kept = value if name == _SPACE and value in {"preserve", "default"} else kept
            if kept is not None:
                new.set(name, kept)

    def _named(self, kind: str, name: str) -> str:
        """Return the new name of an element, class or filter step."""
        return self._names.setdefault(kind + name, f"n{len(self._names) + 1}")

    def _address(self, element: markup.Element, value: str) -> str | None:
        """Return the new target of a reference, or None for an external one, and report external pictures."""
        address = value.strip()
        if address.startswith("#"):
            return "#" + self._named("#", address[1:])
        if address[:5].lower() == "data:":
            return self.inside(address)
        if markup.local(element) in {"image", "feImage", "use"}:
            self.report.add("linked_pictures")
        return None

    def _value(self, name: str, value: str) -> str | None:
        """Return the clean value of an attribute or property, with its references renamed, or None."""
        kept = _URL.sub(lambda match: f"url(#{self._named('#', match[1])})", value)
        if "url(" in _URL.sub("", value).lower() or "\\" in value or "/*" in value:
            return None
        return svgvalues.known(name, kept)

    def _declarations(self, text: str) -> str:
        """Return the CSS declarations with known properties and values."""
        kept = []
        for name, value in declared(text):
            clean = self._value(name, value) if name in _PROPERTIES else None
            if clean:
                kept.append(f"{name}:{clean}")
        return ";".join(kept)

    def _sheet(self, text: str) -> str:
        """Return a style sheet of the rules with known selectors, and their known properties."""
        kept = []
        for selector, declarations in rules_of(text):
            if _SELECTOR.fullmatch(selector) and _ELEMENTS.issuperset(_NAMED.findall(selector)):
                selector = _OWN.sub(lambda match: match[1] + self._named(match[1], match[2]), selector)
                kept.append(f"{selector}{{{self._declarations(declarations)}}}")
        return "".join(kept)
