"""Names in a PDF that its makers chose freely: each gets a neutral name, the same one everywhere."""

import re

import pikepdf

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_KEPT = {
    "Font": {
        b"/Helv", b"/HeBo", b"/HeOb", b"/HeBO", b"/Cour", b"/CoBo", b"/CoOb", b"/CoBO", b"/TiRo", b"/TiBo", b"/TiIt",
        b"/TiBI", b"/Symb", b"/ZaDb",
    },
    "ColorSpace": {
        b"/DeviceGray", b"/DeviceRGB", b"/DeviceCMYK", b"/Pattern", b"/DefaultGray", b"/DefaultRGB", b"/DefaultCMYK",
    },
    "State": {b"/Off"},
    "Colorant": {b"/All", b"/None", b"/Cyan", b"/Magenta", b"/Yellow", b"/Black"},
}  # fmt: skip
_SHORT = {
    "Font": "F", "XObject": "X", "ExtGState": "G", "ColorSpace": "C", "Pattern": "P", "Shading": "S",
    "Properties": "M", "State": "On", "Colorant": "Spot", "Glyph": "g", "Field": "Field",
    "Layer": "Layer_", "FontName": "Font",
}  # fmt: skip


def spelled(name: pikepdf.Object | str | bytes) -> bytes:
    """Return a name as bytes, with its slash and without escapes."""
    if isinstance(name, str):
        return name.encode("utf-8", "surrogateescape")
    raw = name if isinstance(name, bytes) else name.unparse(resolved=True)
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), raw)


def copy(name: pikepdf.Object) -> pikepdf.Name:
    """Return a copy of a known name that belongs to no PDF."""
    return pikepdf.Name(spelled(name).decode("latin-1"))


class NewNames:
    """The new names of one PDF."""

    def __init__(self) -> None:
        self._new: dict[tuple[str, bytes], str] = {}
        self._count: dict[str, int] = {}

    def of(self, category: str, name: pikepdf.Object | str | bytes) -> str:
        """Return the new name, with its slash, for a name in a category."""
        old = spelled(name)
        if old in _KEPT.get(category, ()):
            return old.decode()
        if (category, old) not in self._new:
            self._count[category] = self._count.get(category, 0) + 1
            self._new[category, old] = f"/{_SHORT[category]}{self._count[category]}"
        return self._new[category, old]
