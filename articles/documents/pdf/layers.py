"""Layers (optional content): keeps their states under new names, and reports hidden ones."""

from pikepdf import Array, Dictionary, Name, String

from .copying import Rule, Work, array, either, fill, record
from .objects import PdfValue
from .values import names, number

_STATE = names("ON", "OFF", "Unchanged")
_USAGE = record(
    {
        "/View": record({"/ViewState": _STATE}),
        "/Print": record({"/PrintState": _STATE}),
        "/Export": record({"/ExportState": _STATE}),
        "/Zoom": record({"/min": number, "/max": number}),
    }
)
_INTENT = either(names("View", "Design"), array(names("View", "Design")))
DEEPEST = 8


def layer(work: Work, value: PdfValue) -> PdfValue:
    """Keep a layer under a new name."""
    if not isinstance(value, Dictionary) or value.get("/Type") == Name.OCMD or "/OCGs" in value:
        return None

    def make() -> PdfValue:
        number = work.names.of("Layer", _identity(value))
        new = Dictionary(Type=Name.OCG, Name=String(number[1:].replace("_", " ")))
        fill(work, new, value, {"/Intent": _INTENT, "/Usage": _USAGE})
        return work.made.make_indirect(new)

    return work.made_once(value, layer, make)


def _identity(value: PdfValue) -> bytes:
    """Return what identifies a layer in place of a name."""
    return b"%d %d" % value.objgen if value.is_indirect else b"%d" % id(value)


def _expression(work: Work, value: PdfValue, depth: int = 0) -> PdfValue:
    """Keep a visibility expression: And, Or or Not with its operands."""
    if not isinstance(value, Array) or len(value) < 2 or depth > DEEPEST:
        return layer(work, value)
    operator = names("And", "Or", "Not")(work, value[0])
    parts = [_expression(work, one, depth + 1) for one in list(value)[1:]]
    return None if operator is None or None in parts else Array([operator, *parts])


_OCMD = record(
    {
        "/OCGs": either(layer, array(layer)),
        "/P": names("AllOn", "AnyOn", "AnyOff", "AllOff"),
        "/VE": lambda work, value: _expression(work, value),
    },
    Type=Name.OCMD,
)


def membership(work: Work, value: PdfValue) -> PdfValue:
    """Keep a layer or a membership of layers, and report memberships that show something while layers are off."""
    clean = layer(work, value)
    if clean is not None or not isinstance(value, Dictionary):
        return clean
    if value.get("/P") in {Name.AllOff, Name.AnyOff}:
        work.report.add("hidden_layers")
    return _OCMD(work, value)


def _order(work: Work, value: PdfValue, depth: int = 0) -> PdfValue:
    """Keep the order in which viewers list layers, without headings."""
    if isinstance(value, Array) and depth < DEEPEST:
        kept = [_order(work, one, depth + 1) for one in list(value)]
        return Array([one for one in kept if one is not None])
    return layer(work, value)


_EVENT, _CATEGORY = names("View", "Print", "Export"), names("View", "Print", "Export", "Zoom")
_DEFAULT: dict[str, Rule] = {
    "/BaseState": _STATE, "/ON": array(layer), "/OFF": array(layer), "/Intent": _INTENT,
    "/AS": array(record({"/Event": _EVENT, "/OCGs": array(layer), "/Category": array(_CATEGORY)})),
    "/Order": lambda work, value: _order(work, value), "/ListMode": names("AllPages", "VisiblePages"),
    "/RBGroups": array(array(layer)), "/Locked": array(layer),
}  # fmt: skip


def all_layers(work: Work, value: PdfValue) -> PdfValue:
    """Keep the list of layers and their states, and report those that are off."""
    if not isinstance(value, Dictionary):
        return None
    given = [one for one in value.get("/OCGs", []) if isinstance(one, Dictionary)]
    default = value.get("/D")
    default = default if isinstance(default, Dictionary) else Dictionary()
    off = default.get("/OFF")
    is_off = default.get("/BaseState") == Name.OFF or (isinstance(off, Array) and len(off))
    if is_off or any(map(_is_switched, given)):
        work.report.add("hidden_layers")
    new = Dictionary()
    fill(work, new, default, _DEFAULT)
    return Dictionary(
        OCGs=Array([one for one in (layer(work, one) for one in given) if one is not None]), D=new
    )


def _is_switched(value: PdfValue) -> bool:
    """Return whether the usage of a layer switches it off on the screen or in print."""
    usage = value.get("/Usage")
    for event in ("View", "Print"):
        use = usage.get(f"/{event}") if isinstance(usage, Dictionary) else None
        if isinstance(use, Dictionary) and use.get(f"/{event}State") == Name.OFF:
            return True
    return False
