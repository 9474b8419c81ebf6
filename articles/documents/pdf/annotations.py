"""Annotations of a page: links and form fields keep their known keys, others are cut and reported."""

from pikepdf import Array, Dictionary, Name, Stream, String

from ..report import DocumentError
from . import contents, layers, links
from .copying import Rule, Work, array, either, fill, named
from .grammar import form
from .objects import PdfValue
from .resources import resources
from .values import boolean, box, description, names, number, numbers, renamed, text, whole, words

SILENT = {"/Text", "/Popup", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/PrinterMark"}
MEDIA = {"/Sound", "/Movie", "/Screen", "/RichMedia", "/3D"}
DEEPEST = 30  # levels of nested fields
_REDACTING = {"/Square", "/Polygon", "/Circle"}
_HIGHLIGHT = names("N", "I", "O", "P")


def _border(work: Work, value: PdfValue) -> PdfValue:
    parts = list(value)[:4] if isinstance(value, Array) else []
    kept = [number(work, one) for one in parts[:3]]
    dashes = numbers(work, parts[3]) if len(parts) > 3 else None
    return None if len(kept) < 3 or None in kept else Array(kept if dashes is None else [*kept, dashes])


def flat(keys: dict[str, Rule]) -> Rule:
    """Return the rule for a small dictionary that no other object shares."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        if not isinstance(value, Dictionary):
            return None
        new = Dictionary()
        fill(work, new, value, keys)
        return new

    return rule


_SHARED: dict[str, Rule] = {
    "/Rect": box, "/F": whole, "/Border": _border, "/C": numbers, "/OC": layers.membership,
    "/BS": flat({"/W": number, "/S": names("S", "D", "B", "I", "U"), "/D": numbers}),
}  # fmt: skip
_LINK: dict[str, Rule] = {**_SHARED, "/H": _HIGHLIGHT, "/QuadPoints": numbers}
_APPEARANCE = either(form, named("State", form))
_ICON = flat({"/SW": names("A", "B", "S", "N"), "/S": names("A", "P"), "/A": numbers, "/FB": boolean})
_LOOKS = flat(
    {
        "/R": whole, "/BC": numbers, "/BG": numbers, "/CA": words, "/RC": words, "/AC": words, "/I": form, "/RI": form,
        "/IX": form, "/TP": whole, "/IF": _ICON,
    }
)  # fmt: skip


def _field_name(work: Work, value: PdfValue) -> PdfValue:
    return String(work.names.of("Field", bytes(value))[1:]) if isinstance(value, String) else None


def _value(work: Work, value: PdfValue) -> PdfValue:
    return either(words, renamed("State"), array(words), _long)(work, value)


def _long(work: Work, value: PdfValue) -> PdfValue:
    return (
        words(work, String(value.read_bytes().decode("utf-8", "replace")))
        if isinstance(value, Stream)
        else None
    )


def default_look(work: Work, value: PdfValue) -> PdfValue:
    """Keep the font and colour in which a field is filled in."""
    return String(contents.cleaned(work, bytes(value))[0].strip()) if isinstance(value, String) else None


_FIELD: dict[str, Rule] = {
    **_SHARED, "/FT": names("Btn", "Tx", "Ch", "Sig"), "/Ff": whole, "/T": _field_name, "/TU": description, "/V": _value,
    "/TI": whole, "/I": array(whole), "/MaxLen": whole, "/Q": whole,
    "/DA": default_look, "/H": names("N", "I", "O", "P", "T"), "/MK": _LOOKS, "/AS": renamed("State"),
    "/AP": flat({"/N": _APPEARANCE, "/R": _APPEARANCE, "/D": _APPEARANCE}),
}  # fmt: skip


def field(work: Work, value: PdfValue) -> PdfValue:
    """Keep a form field, which may be its own annotation on a page."""
    if not isinstance(value, Dictionary):
        return None

    def write(new: PdfValue) -> None:
        fill(work, new, value, _FIELD)
        _choices(work, new, value)
        fill(work, new, value, {"/Parent": field, "/Kids": array(field)})
        if value.get("/Subtype") == Name.Widget:
            new.Type, new.Subtype = Name.Annot, Name.Widget
        if value.get("/FT") == Name.Sig and isinstance(value.get("/V"), Dictionary):
            work.report.add("signature")
        _acts(work, new, value)

    return work.once(value, field, Dictionary, write)


def _choices(work: Work, new: PdfValue, value: PdfValue) -> None:
    """Copy the visible options of a field, without the hidden values that it would submit for them."""
    given = _of_field(value, "/Opt")
    if _of_field(value, "/FT") != Name.Ch or not isinstance(given, Array):
        return
    pairs = [list(one) if isinstance(one, Array) and len(one) == 2 else [one, one] for one in list(given)]
    known = [(sent, shown) for sent, shown in pairs if isinstance(sent, String) and isinstance(shown, String)]
    if "/Opt" in value:
        new.Opt = Array([words(work, shown) for _sent, shown in known])
    seen = {bytes(sent): shown for sent, shown in known}
    chosen = value.get("/V")
    if isinstance(chosen, String):
        new.V = words(work, seen.get(bytes(chosen), chosen))
    elif isinstance(chosen, Array):
        new.V = Array([words(work, seen.get(bytes(one), one)) for one in chosen if isinstance(one, String)])


def _of_field(value: PdfValue, key: str) -> PdfValue:
    """Return the value of a key of a field, or the one that it inherits, or None."""
    for _step in range(DEEPEST):
        if not isinstance(value, Dictionary) or key in value:
            break
        value = value.get("/Parent")
    return value.get(key) if isinstance(value, Dictionary) else None


def _acts(work: Work, new: PdfValue, value: PdfValue) -> None:
    """Copy the target of an annotation, and report its other actions."""
    if "/A" in value:
        clean = links.action(work, value["/A"])
        if clean is not None:
            new["/A"] = clean
    for key in ("/AA", "/PA"):
        if key in value:
            links.cut(work, value[key])


def acroform(work: Work, value: PdfValue) -> PdfValue:
    """Keep the form of a document."""
    if not isinstance(value, Dictionary):
        return None
    new = Dictionary()
    keys = {
        "/Fields": array(field),
        "/NeedAppearances": boolean,
        "/DR": resources,
        "/DA": default_look,
        "/Q": whole,
    }
    fill(work, new, value, keys)
    return new


def on_page(work: Work, notes: PdfValue, page: PdfValue) -> None:
    """Copy the links and form fields of a page, and report other annotations; raises DocumentError for redactions."""
    kept = []
    for note in list(notes) if isinstance(notes, Array) else []:
        if not isinstance(note, Dictionary):
            continue
        kind = text(note.get("/Subtype"))
        clean = None
        if kind == "/Widget":
            clean = field(work, note)
        elif kind == "/Link":
            clean = _link(work, note)
        else:
            _report(work, note, kind)
        if clean is not None:
            clean = clean if clean.is_indirect else work.made.make_indirect(clean)
            clean.P = page
            work.notes[note.objgen] = clean
            kept.append(clean)
    if kept:
        page.Annots = Array(kept)


def _report(work: Work, note: PdfValue, kind: str) -> None:
    """Report an annotation that is cut; raises DocumentError for one that covers text."""
    if kind == "/FileAttachment":
        work.report.add("attachments")
    elif kind in MEDIA:
        work.report.add("media")
    elif kind == "/Redact" or (kind in _REDACTING and "/IC" in note):
        raise DocumentError("redaction", page=work.page)
    elif kind not in SILENT:
        work.add_finding("marks")
    if kind not in MEDIA:
        for key in ("/A", "/AA", "/PA"):
            links.cut(work, note.get(key))


def _link(work: Work, note: PdfValue) -> PdfValue:
    new = Dictionary(Type=Name.Annot, Subtype=Name.Link)
    fill(work, new, note, _LINK)
    _acts(work, new, note)
    if "/A" not in new:
        place = links.destination(work, note.get("/Dest"))
        if place is None:
            return None
        new.Dest = place
    return new
