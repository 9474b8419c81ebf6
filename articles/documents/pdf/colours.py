"""Colour spaces: keeps known families, clean ICC profiles, and spot colours under new names."""

from pikepdf import Array, Dictionary, Name, Stream, String

from ..pictures import profiles
from . import filters, functions, values
from .copying import Rule, Work, either, fill
from .names import copy, spelled
from .objects import PdfValue
from .values import number, numbers

DEVICE = {b"/DeviceGray": 1, b"/DeviceRGB": 3, b"/DeviceCMYK": 4, b"/G": 1, b"/RGB": 3, b"/CMYK": 4}
DEEPEST = 6  # levels of spaces that are based on others
_CIE: dict[str, Rule] = {
    "/WhitePoint": values.matrix(3), "/BlackPoint": values.matrix(3), "/Matrix": values.matrix(9), "/Range": numbers,
    "/Gamma": either(number, values.matrix(3)),
}  # fmt: skip
MOST_COLOURANTS = 32


def space(work: Work, value: PdfValue, depth: int = 0) -> PdfValue:
    """Keep a colour space of a known family."""
    if isinstance(value, Name):
        spelling = spelled(value)
        if spelling in DEVICE or spelling == b"/Pattern":
            return copy(value)
        return Name(work.names.of("ColorSpace", value))
    if not isinstance(value, Array) or len(value) == 0 or depth > DEEPEST:
        return None
    return work.made_once(value, space, lambda: _array(work, value, depth))


def _array(work: Work, value: Array, depth: int) -> PdfValue:
    parts = list(value)
    family = spelled(parts[0]) if isinstance(parts[0], Name) else b""
    if family in DEVICE or (family == b"/Pattern" and len(parts) == 1):
        return copy(parts[0])
    if len(parts) < 2:
        return None
    if family in {b"/CalGray", b"/CalRGB", b"/Lab"} and isinstance(parts[1], Dictionary):
        new = Dictionary()
        fill(work, new, parts[1], _CIE)
        return Array([copy(parts[0]), new])
    if family == b"/ICCBased":
        return _profiled(work, parts[1])
    base = space(work, parts[1], depth + 1)
    if family == b"/Pattern" and base is not None:
        return Array([copy(parts[0]), base])
    if family in {b"/Indexed", b"/I"} and len(parts) > 3 and base is not None:
        return _indexed(parts, base)
    if family in {b"/Separation", b"/DeviceN"} and len(parts) > 3:
        return _spot(work, parts, depth)
    return None


def _profiled(work: Work, stream: PdfValue) -> PdfValue:
    """Return a colour space with a clean profile, or the device colour space with as many components."""
    if not isinstance(stream, Stream):
        return None
    count: PdfValue = stream.get("/N")
    device = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}.get(count)
    if device is None:
        return None
    new = work.made_once(
        stream, _profile, lambda: _profile(work, stream, Dictionary(N=count, Alternate=device))
    )
    return device if new is None else Array([Name.ICCBased, new])


def _profile(work: Work, stream: PdfValue, keys: Dictionary) -> PdfValue:
    try:
        new = work.made.make_stream(profiles.cleaned(filters.content(stream)), keys)
    except ValueError:
        return None
    fill(work, new, stream, {"/Range": numbers})
    return new


def _indexed(parts: list[PdfValue], base: PdfValue) -> PdfValue:
    highest, table = parts[2], parts[3]
    if not isinstance(highest, int) or not 0 <= highest <= 255:
        return None
    try:
        colours = filters.content(table) if isinstance(table, Stream) else bytes(table)
    except (ValueError, TypeError):
        return None
    count = components(base) or 4
    return Array([Name.Indexed, base, highest, String(colours[: (highest + 1) * count])])


def _spot(work: Work, parts: list[PdfValue], depth: int) -> PdfValue:
    base, tint = space(work, parts[2], depth + 1), functions.function(work, parts[3])
    if base is None or tint is None:
        return None
    if isinstance(parts[1], Name):
        return Array([Name.Separation, Name(work.names.of("Colorant", parts[1])), base, tint])
    if not isinstance(parts[1], Array) or len(parts[1]) > MOST_COLOURANTS:
        return None
    names = [Name(work.names.of("Colorant", one)) for one in parts[1] if isinstance(one, Name)]
    return Array([Name.DeviceN, Array(names), base, tint])


def components(of: PdfValue) -> int | None:
    """Return the number of components of a colour space, or None where it is unknown."""
    if isinstance(of, Name):
        return DEVICE.get(spelled(of))
    if not isinstance(of, Array) or len(of) == 0 or not isinstance(of[0], Name):
        return None
    family = spelled(of[0])
    if family in {b"/Indexed", b"/I", b"/Separation", b"/CalGray"}:
        return 1
    if family in {b"/CalRGB", b"/Lab"}:
        return 3
    if family == b"/DeviceN" and len(of) > 1 and isinstance(of[1], Array):
        return len(of[1])
    if family == b"/ICCBased" and len(of) > 1 and isinstance(of[1], Stream):
        count = of[1].get("/N")
        return count if isinstance(count, int) else None
    return DEVICE.get(family)
