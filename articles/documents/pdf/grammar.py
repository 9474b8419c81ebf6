"""Rules for what pages are drawn with: resources, form XObjects, patterns, shadings and graphics states."""

from pikepdf import Array, Dictionary, Name, Stream

from . import colours, contents, filters, layers, meshes, pictures
from .copying import Rule, Work, array, either, fill, named, record
from .fonts import font
from .functions import function
from .objects import PdfValue
from .resources import CATEGORIES, resources
from .values import boolean, box, names, number, numbers, transform, whole

_BLEND = names(
    "Normal", "Compatible", "Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorDodge", "ColorBurn",
    "HardLight", "SoftLight", "Difference", "Exclusion", "Hue", "Saturation", "Color", "Luminosity",
)  # fmt: skip
GROUP = record(
    {"/S": names("Transparency"), "/CS": colours.space, "/I": boolean, "/K": boolean}, Type=Name.Group
)
_FORM: dict[str, Rule] = {
    "/BBox": box, "/Matrix": transform, "/Resources": resources, "/Group": GROUP, "/OC": layers.membership,
}  # fmt: skip


def drawn(keys: dict[str, Rule], **fixed: PdfValue) -> Rule:
    """Return the rule for a content stream with known keys, and with others that have fixed values."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        if not isinstance(value, Stream):
            return None
        return work.once(
            value, rule, lambda: work.made.make_stream(b"", **fixed), lambda new: write(work, new, value)
        )

    def write(work: Work, new: PdfValue, value: PdfValue) -> None:
        fill(work, new, value, keys)
        if "/Ref" in value or "/F" in value:
            work.add_finding("linked_content")
        try:
            data = filters.content(value)
        except ValueError:
            work.add_finding("unknown_parts")
            return
        clean, marked = contents.cleaned(work, data, value.get("/Resources"), new.get("/Resources"))
        if marked:
            work.marked[new.objgen] = marked
        new.write(clean)

    return rule


form = drawn(_FORM, Type=Name.XObject, Subtype=Name.Form)


def external(work: Work, value: PdfValue) -> PdfValue:
    """Keep an image or a form XObject, and report others, such as PostScript XObjects."""
    if isinstance(value, Stream):
        kind = value.get("/Subtype")
        if kind == Name.Image:
            return pictures.picture(work, value)
        if kind == Name.Form and value.get("/Subtype2") != Name.PS:
            return form(work, value)
    work.add_finding("unknown_parts")
    return None


_SHADING: dict[str, Rule] = {
    "/ShadingType": whole, "/ColorSpace": colours.space, "/Background": numbers, "/BBox": box, "/AntiAlias": boolean,
    "/Function": function, "/Coords": numbers, "/Domain": numbers, "/Extend": array(boolean), "/Matrix": transform,
    "/BitsPerCoordinate": whole, "/BitsPerComponent": whole, "/BitsPerFlag": whole, "/Decode": numbers,
    "/VerticesPerRow": whole,
}  # fmt: skip


def shading(work: Work, value: PdfValue) -> PdfValue:
    """Keep a shading; meshes are streams."""
    if isinstance(value, Dictionary) and value.get("/ShadingType") in {1, 2, 3}:
        return work.once(value, shading, Dictionary, lambda new: fill(work, new, value, _SHADING))
    if not isinstance(value, Stream):
        return None

    if value.get("/ShadingType") not in {4, 5, 6, 7}:
        return None

    def write(new: PdfValue) -> None:
        fill(work, new, value, _SHADING)
        try:
            new.write(meshes.cleaned(filters.content(value), new))
        except (ValueError, IndexError, KeyError):
            work.add_finding("unknown_parts")

    return work.once(value, shading, lambda: work.made.make_stream(b""), write)


_MASK = record(
    {"/S": names("Alpha", "Luminosity"), "/G": form, "/BC": numbers, "/TR": function}, Type=Name.Mask
)
_STATE = record(
    {
        "/LW": number, "/LC": whole, "/LJ": whole, "/ML": number, "/D": lambda work, value: _dashes(work, value),
        "/RI": pictures.INTENT, "/OP": boolean, "/op": boolean, "/OPM": whole, "/FL": number, "/SM": number,
        "/Font": lambda work, value: _font_and_size(work, value), "/SA": boolean, "/BM": either(_BLEND, array(_BLEND)),
        "/SMask": either(names("None"), _MASK), "/CA": number, "/ca": number, "/AIS": boolean, "/TK": boolean,
        "/TR": function, "/TR2": function,
    },
    Type=Name.ExtGState,
)  # fmt: skip


def _dashes(work: Work, value: PdfValue) -> PdfValue:
    if not isinstance(value, Array) or len(value) != 2:
        return None
    lengths, phase = numbers(work, value[0]), number(work, value[1])
    return None if lengths is None or phase is None else Array([lengths, phase])


def _font_and_size(work: Work, value: PdfValue) -> PdfValue:
    if not isinstance(value, Array) or len(value) != 2:
        return None
    kept, size = font(work, value[0]), number(work, value[1])
    return None if kept is None or size is None else Array([kept, size])


_tiling = drawn(
    {
        "/PaintType": whole, "/TilingType": whole, "/BBox": box, "/XStep": number, "/YStep": number,
        "/Resources": resources, "/Matrix": transform,
    },
    Type=Name.Pattern, PatternType=1,
)  # fmt: skip
_shaded = record(
    {"/Shading": shading, "/Matrix": transform, "/ExtGState": _STATE}, Type=Name.Pattern, PatternType=2
)

CATEGORIES.update(
    {
        "/Font": named("Font", font), "/XObject": named("XObject", external), "/ExtGState": named("ExtGState", _STATE),
        "/ColorSpace": named("ColorSpace", colours.space), "/Pattern": named("Pattern", either(_tiling, _shaded)),
        "/Shading": named("Shading", shading), "/Properties": named("Properties", layers.membership),
        "/ProcSet": array(names("PDF", "Text", "ImageB", "ImageC", "ImageI")),
    }
)  # fmt: skip
