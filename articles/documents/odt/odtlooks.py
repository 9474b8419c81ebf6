"""How the text of an ODT looks, from its styles and those that they are based on."""

from functools import cache

from articles.documents import colours, markup

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, STYLE, DRAW, TABLE = (
    f"{{{_ODF}{name}:1.0}}" for name in ("office", "text", "style", "drawing", "table")
)
FO, SVG = f"{{{_ODF}xsl-fo-compatible:1.0}}", f"{{{_ODF}svg-compatible:1.0}}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
DEEPEST = 40  # styles that are based on each other
UNKNOWN = object()  # a ground whose colour can't be told
_POINTS = {"pt": 1, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72, "pc": 12, "px": 0.75}


def points(length):
    """Return a length in points, or None."""
    try:
        return float(length[:-2]) * _POINTS[length[-2:]]
    except (KeyError, TypeError, ValueError):
        return None


def share(percent):
    """Return 0.5 of 50%, or None."""
    try:
        return float(percent.removesuffix("%")) / 100 if percent.endswith("%") else None
    except (AttributeError, ValueError):
        return None


class OdtLooks:
    """The styles that one part of an ODT sees: its own automatic ones and the common ones."""

    def __init__(self, roots) -> None:
        self._styles, self._defaults = {}, {}
        self.page = colours.WHITE
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                self._styles[style.get(f"{STYLE}family"), style.get(f"{STYLE}name")] = style
            for style in root.iter(f"{STYLE}default-style"):
                self._defaults[style.get(f"{STYLE}family")] = style
        self.of = cache(self._of)
        self._find_page(roots)

    def _find_page(self, roots) -> None:
        """Take the ground of the first kind of page for that of all."""
        for root in roots:
            layouts = {one.get(f"{STYLE}name"): one for one in root.iter(f"{STYLE}page-layout")}
            master = next(root.iter(f"{STYLE}master-page"), None)
            layout = None if master is None else layouts.get(master.get(f"{STYLE}page-layout-name"))
            for one in [] if layout is None else layout.iterfind(f"{STYLE}page-layout-properties"):
                self.page = _ground(one) or self.page

    def _of(self, family, name: str):
        """Return how text and ground of a style look: only what it and its parents name."""
        chain, seen = [], set()
        while (family, name) in self._styles and name not in seen and len(chain) < DEEPEST:
            seen.add(name)
            chain.append(self._styles[family, name])
            name = self._styles[family, name].get(f"{STYLE}parent-style-name")
        if family in self._defaults and family != "text":
            chain.append(self._defaults[family])
        look = {}
        for style in reversed(chain):
            for one in style:
                look |= _named(one, look)
        return look


def _named(properties, before):
    """Return what one element of properties says; sizes may be parts of the size before."""
    word, get = markup.local(properties), properties.get
    if word == "text-properties":
        return _of_letters(properties, before)
    look = {}
    if word in {"paragraph-properties", "table-cell-properties", "table-row-properties", "table-properties",
                "section-properties", "graphic-properties"}:  # fmt: skip
        if get(f"{FO}background-color") or get(f"{DRAW}fill"):
            look["ground"] = _ground(properties)
        if get(f"{FO}line-height"):
            look["line"] = points(get(f"{FO}line-height"))
        if get(f"{STYLE}run-through"):
            look["is_behind"] = get(f"{STYLE}run-through") == "background"
    if get(f"{FO}break-before") == "page" or get(f"{FO}break-after") == "page":
        look["ends_page"] = True
    return look


def _of_letters(properties, before):
    look, get = {}, properties.get
    if get(f"{TEXT}display"):
        look["hidden"] = get(f"{TEXT}display") in {"none", "condition"}
    if get(f"{FO}color"):
        look["colour"] = colours.of_hex(get(f"{FO}color"))
    if get(f"{STYLE}use-window-font-color") == "true":
        look["colour"] = None
    for key, name in (("size", f"{FO}font-size"), ("complex_size", f"{STYLE}font-size-complex")):
        size = get(name)
        if size and share(size) is not None:
            look[key] = (before.get(key) or 12) * share(size)
        elif size:
            look[key] = points(size)
    if get(f"{FO}background-color"):
        look["shade"] = colours.of_hex(get(f"{FO}background-color"))
    if get(f"{STYLE}text-scale"):
        look["width"] = share(get(f"{STYLE}text-scale"))
    if get(f"{LOEXT}opacity"):
        look["clear"] = (share(get(f"{LOEXT}opacity")) or 0) < 0.1
    if get(f"{STYLE}text-outline") or get(f"{STYLE}font-relief"):
        look["raised"] = get(f"{STYLE}text-outline") == "true" or get(f"{STYLE}font-relief") not in {
            None,
            "none",
        }
    return look


def _ground(properties):
    """Return the colour of a filling, None where what lies behind it is seen, or UNKNOWN."""
    kind = properties.get(f"{DRAW}fill")
    pictures = properties.iterfind(f"{STYLE}background-image")
    if kind in {"gradient", "bitmap", "hatch"} or any(one.attrib or len(one) for one in pictures):
        return UNKNOWN
    if kind == "solid":
        if (share(properties.get(f"{DRAW}opacity", "100%")) or 0) < 0.9:
            return UNKNOWN
        return colours.of_hex(properties.get(f"{DRAW}fill-color"))
    return None if kind == "none" else colours.of_hex(properties.get(f"{FO}background-color"))
